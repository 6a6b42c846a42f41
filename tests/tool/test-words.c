/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pure parts of the tool: nearest words, modes, paths, progress. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "helpers/tool/classic/chmod-mode.h"
#include "helpers/tool/classic/classic.h"
#include "helpers/tool/terminal/terminal-progress.h"

static void test_distance(void **state)
{
        assert_int_equal(nearest_distance("query", "query"), 0);
        assert_int_equal(nearest_distance("qeury", "query"), 1);
        assert_int_equal(nearest_distance("", "fini"), 4);
        assert_int_equal(nearest_distance("aloc", "alloc"), 1);
        assert_int_equal(nearest_distance("reset", "free"), 3);
        assert_true(nearest_distance("a word that is longer than any of ours", "fini") == SIZE_MAX);
}

static const char *nearest(const char *word)
{
        static const char *const words[] = { "query", "verify", "reset", "init",
                                             "fini",  "alloc",  "free",  "help" };
        struct nearest nearest = NEAREST_TO(word);

        for (size_t i = 0; i < ELEMENTSOF(words); i++)
                nearest_consider(&nearest, words[i]);
        return nearest.word;
}

static void test_nearest(void **state)
{
        assert_string_equal(nearest("qurey"), "query");
        assert_string_equal(nearest("allocate"), "alloc");
        assert_string_equal(nearest("ver"), "verify");
        assert_string_equal(nearest("rest"), "reset");
        assert_null(nearest("x"));
        assert_null(nearest("mount"));
}

struct mode_row {
        const char *text;
        mode_t mask;
        int result; /* -1: refused */
};

/* What chmod(1) of coreutils makes of a directory that mkdir(1) made under the umask. */
static const struct mode_row mode_rows[] = {
        { "0700", 022, 0700 },
        { "0775", 077, 0775 },
        { "1777", 022, 01777 },
        { "u=rwx,g=,o=", 022, 0700 },
        { "a+rx", 077, 0755 },
        { "+x", 077, 0700 },
        { "=rw", 022, 0644 },
        { "g=u", 022, 0775 },
        { "o=g-w", 002, 0775 },
        { "ug+w,o-rx", 022, 0770 },
        { "+t", 022, 01755 },
        { "u+s,g+s", 022, 06755 },
        { "a=X", 022, 0111 },
        { "u=rwxs", 022, 04755 },
        { "u+s,u=r", 022, 04455 },
        { "g+s,=", 022, 02000 },
        { "ug+s,a=g", 027, 06555 },
        { "a=ts,o=", 022, 06000 },
        { "g=o-x+w,u-rw", 002, 0165 },
        { "+s,-s", 022, 0755 },
        { "a=sr,u=x", 077, 06144 },
        { "8", 022, -1 },
        { "", 022, -1 },
        { "u", 022, -1 },
        { ",u=r", 022, -1 },
        { "u=r,", 022, -1 },
        { "rwx", 022, -1 },
        { "010000", 022, -1 },
        { "-1", 022, -1 },
};

static void test_modes(void **state)
{
        for (size_t i = 0; i < ELEMENTSOF(mode_rows); i++) {
                const struct mode_row *row = &mode_rows[i];
                mode_t mode = 0;
                int r = chmod_mode_parse(row->text, 0777 & ~row->mask, row->mask, &mode);

                if ((r < 0) != (row->result < 0) || (r >= 0 && (int) mode != row->result))
                        fail_msg("'%s' under %03o: got %d, %04o instead of %04o", row->text,
                                 (unsigned) row->mask, r, (unsigned) mode, (unsigned) row->result);
        }
}

static void test_relation(void **state)
{
        assert_int_equal(classic_relate("/mnt/.fd", "/mnt/.fd"), PATHS_EQUAL);
        assert_int_equal(classic_relate("/mnt/.fd/x", "/mnt/.fd"), PATH_INSIDE);
        assert_int_equal(classic_relate("/mnt", "/mnt/.fd"), PATH_AROUND);
        assert_int_equal(classic_relate("/mnt/.fd", "/mnt/.fdx"), PATHS_APART);
        assert_int_equal(classic_relate("/mnt/.fdx", "/mnt/.fd"), PATHS_APART);
        assert_int_equal(classic_relate("/a", "/b"), PATHS_APART);
}

static void test_name(void **state)
{
        char path[600] = "/";
        char *name = NULL;

        assert_int_equal(classic_domain_name("/mnt/.fd", &name), 0);
        assert_string_equal(name, "_mnt-.fd");
        free(name);
        assert_int_equal(classic_domain_name("/a b/c-d", &name), 0);
        assert_string_equal(name, "_a\\x20b-c\\x2dd");
        free(name);

        memset(path + 1, 'x', sizeof(path) - 2);
        assert_true(classic_domain_name(path, &name) < 0);
}

static char top[] = "/tmp/fd-shmem-test-XXXXXX";

/* A leading "%s" is the directory of the test; NULL: refused. */
static char *below_top(const char *path)
{
        char *full = NULL;

        assert_true(asprintf(&full, "%s%s", path[0] == '%' ? top : "", path[0] == '%' ? path + 2 : path) >=
                    0);
        return full;
}

static void check_path(const char *given, const char *expected)
{
        _cleanup_free_ char *path = below_top(given), *wanted = expected ? below_top(expected) : NULL,
                            *got = NULL;
        int r = classic_canonical_path(path, &got);

        assert_int_equal(r < 0, !wanted);
        if (wanted)
                assert_string_equal(got, wanted);
}

static void test_canonical_path(void **state)
{
        _cleanup_free_ char *link = NULL, *given = NULL, *expected = NULL, *path = NULL;

        assert_non_null(mkdtemp(top));
        assert_true(asprintf(&link, "%s/link", top) > 0);
        assert_int_equal(symlink(top, link), 0);
        assert_true(asprintf(&given, "%s/.//new/x", link) > 0);
        assert_true(asprintf(&expected, "%s/new/x", top) > 0);

        assert_int_equal(classic_canonical_path(given, &path), 0);
        assert_string_equal(path, expected);

        /* Relative; through what does not exist, and through what does. */
        check_path("x", NULL);
        check_path("/..", "/");
        check_path("%s/new/../x", NULL);
        check_path("%s/new/..", NULL);
        check_path("%s/..new//x/.", "%s/..new/x");

        unlink(link);
        rmdir(top);
}

static void check_progress(uint64_t base, uint64_t usec, uint64_t done, uint64_t asked,
                           const char *expected)
{
        const struct terminal_progress progress = { .what = "node 1: huge pages", .base = base };
        char text[160];

        terminal_progress_format(&progress, usec, done, asked, text, sizeof(text));
        assert_string_equal(text, expected);
}

static void test_progress(void **state)
{
        check_progress(0, 2000000, 240, 512, "node 1: huge pages: 240 of 512, 120/s, 2 s left");
        check_progress(100, 2000000, 108, 512, "node 1: huge pages: 108 of 512, 4.0/s, 101 s left");
        check_progress(0, 1000000, 1, 1000, "node 1: huge pages: 1 of 1000, 1.0/s, 17 min left");
        check_progress(0, 1000000, 0, 8, "node 1: huge pages: 0 of 8, 0.0/s");
        check_progress(0, 1000000, 8, 8, "node 1: huge pages: 8 of 8, 8.0/s");
        check_progress(0, 1000000, 30, 0, "node 1: huge pages: 30, 30/s");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_distance), cmocka_unit_test(test_nearest),
                cmocka_unit_test(test_modes),    cmocka_unit_test(test_relation),
                cmocka_unit_test(test_name),     cmocka_unit_test(test_canonical_path),
                cmocka_unit_test(test_progress),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

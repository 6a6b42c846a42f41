/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/words/unit-name.h"

/* What "systemd-escape --path --suffix=mount PATHS..." prints: the names with blanks between them.
 * NULL if it can't be run. ARGV has room for the options in front. */
static char *ask_systemd(char **argv)
{
        _cleanup_free_ char *line = NULL;
        int fds[2], status;
        size_t size = 0;
        ssize_t n;
        pid_t pid;
        FILE *f;

        argv[0] = (char *) "systemd-escape";
        argv[1] = (char *) "--path";
        argv[2] = (char *) "--suffix=mount";
        argv[3] = (char *) "--";

        assert_int_equal(pipe(fds), 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                dup2(fds[1], STDOUT_FILENO);
                close(fds[0]);
                execvp(argv[0], argv);
                _exit(127);
        }
        close(fds[1]);

        f = fdopen(fds[0], "r");
        n = getline(&line, &size, f);
        fclose(f);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (status != 0)
                return NULL;

        line[n - 1] = '\0';
        return TAKE_PTR(line);
}

static const struct {
        const char *path;
        const char *name;
} names[] = {
        { "/", "-.mount" },
        { "/mnt/.fd/.huge", "mnt-.fd-.huge.mount" },
        { "/.fd", "\\x2efd.mount" },
        { "/.fd/.huge", "\\x2efd-.huge.mount" },
        { "/mnt/a-b", "mnt-a\\x2db.mount" },
        { "/-", "\\x2d.mount" },
        { "/mnt/a b", "mnt-a\\x20b.mount" },
        { "/mnt/50%", "mnt-50\\x25.mount" },
        { "/mnt/@x:y_z,~", "mnt-\\x40x:y_z\\x2c\\x7e.mount" },
        { "/mnt/sp\xc3\xa4\xc3\x9f", "mnt-sp\\xc3\\xa4\\xc3\\x9f.mount" },
        { "/mnt/\"quoted'", "mnt-\\x22quoted\\x27.mount" },
        { "/mnt/...", "mnt-....mount" },
};

static void test_path(void **state)
{
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_free_ char *name = NULL;

                assert_int_equal(unit_name_from_path(names[i].path, ".mount", &name), 0);
                assert_string_equal(name, names[i].name);
        }
}

/* The paths above, and every byte that a path can have in it. */
static size_t list_paths(char **paths)
{
        size_t n = 0;

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                paths[n++] = strdup(names[i].path);

        for (int c = 1; c < 256; c++)
                if (c != '/' && c != '\n')
                        assert_true(asprintf(&paths[n++], "/a%cb", c) >= 0);
        return n;
}

static void test_path_like_systemd(void **state)
{
        char *argv[4 + ELEMENTSOF(names) + 256 + 1] = {}, **paths = argv + 4;
        size_t n = list_paths(paths), compared = 0;
        _cleanup_free_ char *theirs = ask_systemd(argv);
        char *cursor = theirs;

        for (size_t i = 0; i < n; i++) {
                _cleanup_free_ char *ours = NULL;
                const char *word = theirs ? strsep(&cursor, " ") : NULL;

                if (word) {
                        assert_int_equal(unit_name_from_path(paths[i], ".mount", &ours), 0);
                        assert_string_equal(ours, word);
                        compared++;
                }
                free(paths[i]);
        }

        if (!theirs) {
                print_message("SKIP: systemd-escape can't be run\n");
                skip();
        }
        assert_int_equal(compared, n);
}

static void test_path_too_long(void **state)
{
        char path[260] = "/";
        char *name = NULL;

        memset(path + 1, 'a', 249); /* with ".mount" 255 */
        assert_int_equal(unit_name_from_path(path, ".mount", &name), 0);
        assert_int_equal(strlen(name), UNIT_NAME_LENGTH_MAX);
        free(name);

        name = NULL;
        path[250] = 'a';
        assert_int_equal(unit_name_from_path(path, ".mount", &name), -ENAMETOOLONG);
        assert_null(name);
}

static void test_specifiers(void **state)
{
        _cleanup_free_ char *a = NULL, *b = NULL;

        assert_int_equal(unit_escape_specifiers("/mnt/.fd", &a), 0);
        assert_string_equal(a, "/mnt/.fd");
        assert_int_equal(unit_escape_specifiers("%i50%%", &b), 0);
        assert_string_equal(b, "%%i50%%%%");
}

static void test_words(void **state)
{
        static const struct {
                const char *text;
                const char *value;
                const char *command;
        } cases[] = {
                { "", "\"\"", "\"\"" },
                { "/mnt/.fd", "/mnt/.fd", "/mnt/.fd" },
                { "--pages=0:8,1:25%", "--pages=0:8,1:25%%", "--pages=0:8,1:25%%" },
                { "/mnt/a b", "\"/mnt/a b\"", "\"/mnt/a b\"" },
                { "/mnt/$x", "/mnt/$x", "/mnt/$$x" },
                { "a;b", "\"a;b\"", "\"a;b\"" },
                { "it's", "\"it's\"", "\"it's\"" },
                { "\"", "\"\"'\"'\"\"", "\"\"'\"'\"\"" },
                { "a\\b", "\"a\\b\"", "\"a\\\\b\"" },
                { "\xc3\xa4", "\xc3\xa4", "\xc3\xa4" },
                { "a\nb", NULL, "\"a\\x0ab\"" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *value = NULL, *command = NULL;
                int r = unit_quote_path(cases[i].text, &value);

                assert_int_equal(r, cases[i].value ? 0 : -EINVAL);
                if (cases[i].value)
                        assert_string_equal(value, cases[i].value);
                assert_int_equal(unit_quote_argument(cases[i].text, &command), 0);
                assert_string_equal(command, cases[i].command);
        }
}

/* The names that systemd's own test takes and refuses (src/test/test-unit-name.c). */
static void test_check(void **state)
{
        static const struct {
                const char *name;
                int result;
        } cases[] = {
                { "foo.service", 0 },
                { "foo@.service", 0 },
                { "foo@bar.service", 0 },
                { "foo@bar@bar.service", 0 },
                { "foo@%i.service", -EINVAL },
                { "foo@%%i.service", -EINVAL },
                { "foo-bar_1:2.\\x2d.slice", 0 },
                { ".service", -EINVAL },
                { "@.service", -EINVAL },
                { "@piep.service", -EINVAL },
                { "", -EINVAL },
                { "foo", -EINVAL },
                { "foo.", -EINVAL },
                { "foo.waldo", -EINVAL },
                { "foo.service ", -EINVAL },
                { "foo.mount socket", -EINVAL },
                { "f\xc3\xb6.service", -EINVAL },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const char *phrase = NULL;

                assert_int_equal(unit_name_check(cases[i].name, &phrase), cases[i].result);
                assert_true((phrase != NULL) == (cases[i].result < 0));
        }
}

/* The directory for drop-ins of the longest one can be made. */
static void test_check_length(void **state)
{
        char name[UNIT_NAME_LENGTH_DROP_INS + 2];
        const char *phrase;

        memset(name, 'a', sizeof(name));
        strcpy(name + UNIT_NAME_LENGTH_DROP_INS - strlen(".service"), ".service");
        assert_int_equal(unit_name_check(name, &phrase), 0);
        memset(name, 'a', sizeof(name));
        strcpy(name + UNIT_NAME_LENGTH_DROP_INS + 1 - strlen(".service"), ".service");
        assert_int_equal(unit_name_check(name, &phrase), -EINVAL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_path),          cmocka_unit_test(test_path_like_systemd),
                cmocka_unit_test(test_path_too_long), cmocka_unit_test(test_specifiers),
                cmocka_unit_test(test_words),         cmocka_unit_test(test_check),
                cmocka_unit_test(test_check_length),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

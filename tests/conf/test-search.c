/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "conf/keys/path.h"
#include "tree.h"

/* Loads, and compares the names of the files that were read, with blanks between them. */
static void assert_files(struct tree *tree, const char *expected)
{
        char files[1024] = "";

        tree_load(tree);
        for (char **file = tree->config.files; *file; file++)
                snprintf(files + strlen(files), sizeof(files) - strlen(files), "%s%s",
                         files[0] ? " " : "", *file);
        assert_string_equal(files, expected);
}

static void test_nothing(void **state)
{
        assert_files(*state, "");
        assert_int_equal(((struct tree *) *state)->config.n_domains, 0);
        assert_int_equal(((struct tree *) *state)->n_problems, 0);
}

static void test_first_main_file(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, "usr/lib/fd-shmem.conf", "[d]\n");
        assert_files(tree, "/usr/lib/fd-shmem.conf");
        tree_write(tree, "usr/local/lib/fd-shmem.conf", "[c]\n");
        assert_files(tree, "/usr/local/lib/fd-shmem.conf");
        tree_write(tree, "run/fd-shmem.conf", "[b]\n");
        assert_files(tree, "/run/fd-shmem.conf");
        tree_write(tree, "etc/fd-shmem.conf", "[a]\n");
        assert_files(tree, "/etc/fd-shmem.conf");
        assert_int_equal(tree->config.n_domains, 1);
        tree_domain(tree, "a");
        assert_int_equal(tree->n_problems, 0);
}

static void test_masked_main_file(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, "usr/lib/fd-shmem.conf", "[d]\n");
        tree_write(tree, "usr/lib/fd-shmem.conf.d/x.conf", "[x]\n");
        tree_link(tree, "etc/fd-shmem.conf", "/dev/null");
        assert_files(tree, "/usr/lib/fd-shmem.conf.d/x.conf");

        assert_int_equal(unlinkat(tree->fd, "etc/fd-shmem.conf", 0), 0);
        tree_write(tree, "etc/fd-shmem.conf", "");
        assert_files(tree, "/etc/fd-shmem.conf /usr/lib/fd-shmem.conf.d/x.conf");
        assert_int_equal(tree->n_problems, 0);
}

static void test_drop_ins(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, "etc/fd-shmem.conf.d/20-b.conf", "[a]\nMode=0020\n");
        tree_write(tree, "run/fd-shmem.conf.d/20-b.conf", "[masked]\n");
        tree_write(tree, "run/fd-shmem.conf.d/10-a.conf", "[a]\nMode=0010\n");
        tree_write(tree, "usr/local/lib/fd-shmem.conf.d/30-c.conf", "[a]\nUser=c\n");
        tree_write(tree, "usr/lib/fd-shmem.conf.d/05.conf", "[a]\nUser=x\nGroup=g\n");
        tree_write(tree, "usr/lib/fd-shmem.conf.d/.hidden.conf", "[no]\n");
        tree_write(tree, "usr/lib/fd-shmem.conf.d/x.conf~", "[no]\n");
        tree_write(tree, "usr/lib/fd-shmem.conf.d/README", "[no]\n");
        tree_write(tree, "usr/lib/fd-shmem.conf.d/.conf", "[no]\n");
        tree_write(tree, "usr/lib/fd-shmem.conf", "[a]\nMode=0001\nBoot=no\n");

        assert_files(tree, "/usr/lib/fd-shmem.conf /usr/lib/fd-shmem.conf.d/05.conf "
                           "/run/fd-shmem.conf.d/10-a.conf /etc/fd-shmem.conf.d/20-b.conf "
                           "/usr/local/lib/fd-shmem.conf.d/30-c.conf");
        assert_int_equal(tree->n_problems, 0);
        assert_int_equal(tree->config.n_domains, 1);
        assert_int_equal(tree_domain(tree, "a")->mode, 0020);
        assert_string_equal(tree_domain(tree, "a")->user, "c");
        assert_string_equal(tree_domain(tree, "a")->group, "g");
        assert_false(tree_domain(tree, "a")->boot);
        assert_string_equal(tree_domain(tree, "a")->where.file, "/usr/lib/fd-shmem.conf");

        /* a link to /dev/null masks those of its name */
        tree_link(tree, "etc/fd-shmem.conf.d/10-a.conf", "../../dev/null");
        tree_link(tree, "etc/fd-shmem.conf.d/30-c.conf", "/dev/null");
        assert_files(tree, "/usr/lib/fd-shmem.conf /usr/lib/fd-shmem.conf.d/05.conf "
                           "/etc/fd-shmem.conf.d/20-b.conf");
        assert_string_equal(tree_domain(tree, "a")->user, "x");
        assert_int_equal(tree->n_problems, 0);
}

#define CREDENTIAL "run/credentials/@system/fd-shmem.conf"

static void test_credential_is_last(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, CREDENTIAL, "[a]\nMode=0700\n[b]\nPath=/mnt/b\n");
        assert_files(tree, "/" CREDENTIAL);
        tree_write(tree, "etc/fd-shmem.conf", "[a]\nMode=0710\nUser=u\n");
        tree_write(tree, "etc/fd-shmem.conf.d/99-z.conf", "[a]\nMode=0750\n");
        assert_files(tree, "/etc/fd-shmem.conf /etc/fd-shmem.conf.d/99-z.conf /" CREDENTIAL);
        assert_int_equal(tree_domain(tree, "a")->mode, 0700);
        assert_string_equal(tree_domain(tree, "a")->user, "u");
        assert_string_equal(tree_domain(tree, "b")->where.file, "/" CREDENTIAL);
        assert_int_equal(tree->n_problems, 0);

        /* no file of this name masks it */
        tree_link(tree, "etc/fd-shmem.conf.d/fd-shmem.conf", "/dev/null");
        assert_files(tree, "/etc/fd-shmem.conf /etc/fd-shmem.conf.d/99-z.conf /" CREDENTIAL);
}

/* As in a container, whose manager keeps it. */
static void test_credential_through_a_link(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, "run/host/credentials/fd-shmem.conf", "[a]\n");
        tree_link(tree, "run/credentials/@system", "/run/host/credentials");
        assert_files(tree, "/" CREDENTIAL);
        assert_int_equal(tree->n_problems, 0);
}

static void test_credential_of_others(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, CREDENTIAL, "[a]\n");
        assert_int_equal(fchmodat(tree->fd, CREDENTIAL, 0646, 0), 0);
        assert_files(tree, "");
        tree_assert_problem(tree, "E /" CREDENTIAL ":0", "changed by others than root");

        assert_int_equal(fchmodat(tree->fd, CREDENTIAL, 0400, 0), 0);
        assert_files(tree, "/" CREDENTIAL);
        assert_int_equal(fchmodat(tree->fd, "run/credentials", 0777, 0), 0);
        assert_files(tree, "");
        tree_assert_problem(tree, "E /" CREDENTIAL ":0", "changed by others than root");
        assert_int_equal(fchmodat(tree->fd, "run/credentials", 0755, 0), 0);
}

static void test_links_stay_below_the_root(void **state)
{
        struct tree *tree = *state;
        char outside[] = "/tmp/fd-shmem-outside-XXXXXX";
        int fd = mkstemp(outside);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, "[outside]\n", 10), 10);
        close(fd);

        /* absolute and climbing links mean the tree's own files */
        tree_link(tree, "etc/fd-shmem.conf", outside);
        tree_link(tree, "etc/fd-shmem.conf.d", "../../../../../../share/confs");
        tree_write(tree, "share/confs/x.conf", "[inside]\nPath=/mnt/x\n");
        tree_load(tree);
        assert_int_equal(tree->config.n_domains, 1);
        tree_domain(tree, "inside");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:0", "dangling symbolic link");

        tree_write(tree, outside + 1, "[same-name-inside]\n");
        tree_load(tree);
        tree_domain(tree, "same-name-inside");
        assert_int_equal(tree->config.n_domains, 2);
        assert_int_equal(tree->n_problems, 0);
        unlink(outside);
}

static void test_what_is_no_file(void **state)
{
        struct tree *tree = *state;

        tree_write(tree, "etc/fd-shmem.conf/x", "");
        tree_write(tree, "etc/fd-shmem.conf.d/20.conf", "[good]\n");
        assert_int_equal(mkfifoat(tree->fd, "etc/fd-shmem.conf.d/10.conf", 0600), 0);
        tree_link(tree, "etc/fd-shmem.conf.d/30.conf", "30.conf");
        tree_link(tree, "run/fd-shmem.conf.d", "fd-shmem.conf.d");
        tree_write(tree, "usr/lib/fd-shmem.conf.d", "a file where a directory should be");

        assert_files(tree, "/etc/fd-shmem.conf.d/20.conf");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:0", "Is a directory");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf.d/10.conf:0", "not a regular file");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf.d/30.conf:0", "Too many levels");
        tree_assert_problem(tree, "E /run/fd-shmem.conf.d:0", "Too many levels");
        assert_null(tree_domain(tree, "good")->error);

        tree_write(tree, "etc/fd-shmem.conf.d/15\n.conf", "[bad]\n");
        assert_files(tree, "/etc/fd-shmem.conf.d/20.conf");
        tree_assert_problem(tree, "E :0: the file name '/etc/fd-shmem.conf.d/15\\n.conf'",
                            "ignoring");
}

static void test_canonical_paths(void **state)
{
        static const struct {
                const char *path;
                const char *canonical;
        } cases[] = {
                { "/", "/" },
                { "//", "/" },
                { "/no/such//thing/.", "/no/such/thing" },
                { "/mnt", "/var/mnt" },
                { "/mnt/.fd", "/var/mnt/.fd" },
                { "/abs/x", "/var/mnt/x" },
                { "/up/x", "/var/x" },
                { "/chain/x", "/var/mnt/x" },
                { "/dangling/x", "/nowhere/at/all/x" },
                { "/climb", "/etc" },
                { "/self/var/mnt", "/var/mnt" },
        };
        struct tree *tree = *state;
        char *path = NULL;

        tree_write(tree, "var/mnt/file", "");
        tree_link(tree, "mnt", "var/mnt");
        tree_link(tree, "abs", "/mnt/");
        tree_link(tree, "up", "mnt/..");
        tree_link(tree, "chain", "abs");
        tree_link(tree, "dangling", "nowhere/at/all");
        tree_link(tree, "climb", "../../../../../etc");
        tree_link(tree, "self", ".");
        tree_link(tree, "loop", "loop");

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                assert_int_equal(path_canonicalize(tree->fd, cases[i].path, &path), 0);
                assert_string_equal(path, cases[i].canonical);
                free(path);
        }

        path = NULL;
        assert_int_equal(path_canonicalize(tree->fd, "/loop/x", &path), -ELOOP);
        assert_int_equal(path_canonicalize(tree->fd, "/mnt/file/x", &path), -ENOTDIR);
        assert_null(path);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TREE_TEST(test_nothing),
                TREE_TEST(test_first_main_file),
                TREE_TEST(test_masked_main_file),
                TREE_TEST(test_drop_ins),
                TREE_TEST(test_credential_is_last),
                TREE_TEST(test_credential_through_a_link),
                TREE_TEST(test_credential_of_others),
                TREE_TEST(test_links_stay_below_the_root),
                TREE_TEST(test_what_is_no_file),
                TREE_TEST(test_canonical_paths),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

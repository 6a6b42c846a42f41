/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/path-trust.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "tree.h"

#define STAT(uid, gid, mode) \
        (&(struct stat){ .st_uid = (uid), .st_gid = (gid), .st_mode = S_IFDIR | (mode) })

static void test_judgement(void **state)
{
        static const struct path_trust builder = { .owner = 500, .by_group = true, .group = 500 };
        static const struct path_trust root = { .owner = 0 };
        const struct {
                const struct path_trust *trust;
                const struct stat *dir, *entry;
                enum path_hazard_kind kind;
        } cases[] = {
                { &root, STAT(0, 0, 0755), STAT(1000, 0, 0777), PATH_SAFE },
                { &root, STAT(0, 0, 0755), NULL, PATH_SAFE },
                { &root, STAT(1000, 0, 0700), STAT(0, 0, 0755), PATH_OWNED },
                { &root, STAT(1000, 0, 01777), STAT(0, 0, 0755), PATH_OWNED },
                { &root, STAT(0, 0, 0775), STAT(0, 0, 0755), PATH_WRITABLE },
                { &root, STAT(0, 0, 0757), NULL, PATH_WRITABLE },
                { &root, STAT(0, 0, 01777), NULL, PATH_SAFE },
                { &root, STAT(0, 0, 01777), STAT(0, 0, 0755), PATH_SAFE },
                { &root, STAT(0, 0, 01777), STAT(1000, 0, 0700), PATH_ENTRY },
                { &root, STAT(500, 500, 0775), NULL, PATH_OWNED },
                { &builder, STAT(500, 500, 0775), NULL, PATH_SAFE },
                { &builder, STAT(0, 0, 0755), NULL, PATH_SAFE },
                { &builder, STAT(500, 501, 0775), NULL, PATH_WRITABLE },
                { &builder, STAT(501, 500, 0755), NULL, PATH_OWNED },
                { &builder, STAT(500, 500, 0777), NULL, PATH_WRITABLE },
                { &builder, STAT(500, 500, 01777), STAT(501, 0, 0700), PATH_ENTRY },
                { &builder, STAT(500, 500, 01777), STAT(500, 0, 0700), PATH_SAFE },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                if (path_judge(cases[i].trust, cases[i].dir, cases[i].entry) != cases[i].kind)
                        fail_msg("case %zu", i);
}

static void make(struct tree *tree, const char *path, mode_t mode)
{
        assert_int_equal(mkdirat(tree->fd, path, 0700), 0);
        assert_int_equal(fchmodat(tree->fd, path, mode, 0), 0);
}

static void declare(struct tree *tree, const char *path, const char *user)
{
        _cleanup_free_ char *text = NULL;

        assert_true(asprintf(&text, "[a]\nUser=%s\nPath=%s\n", user, path) >= 0);
        tree_load_text(tree, text);
}

static void accepted(struct tree *tree, const char *path, const char *user)
{
        declare(tree, path, user);
        if (tree->n_problems > 0)
                fail_msg("%s of %s: %s", path, user, tree->problems);
}

static void refused(struct tree *tree, const char *path, const char *user, const char *part)
{
        declare(tree, path, user);
        assert_int_equal(tree->n_problems, 1);
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:3: [a] Path=: '", part);
        assert_non_null(tree_domain(tree, "a")->error);
        assert_non_null(tree_domain(tree, "a")->path);
}

static void test_directories_that_others_write(void **state)
{
        struct tree *tree = *state;

        make(tree, "data", 0757);
        make(tree, "data/sub", 0755);
        make(tree, "mnt", 0755);
        make(tree, "mnt/all", 0777);
        tree_link(tree, "mnt/link", "/data/sub");

        refused(tree, "/data/fd", "alice", "'/data' (user ");
        refused(tree, "/data/fd", "alice", "mode 0757) can be written by others");
        refused(tree, "/data/fd", "root", "'/data' (user ");
        refused(tree, "/data/sub/fd", "alice", "'/data' (user ");
        refused(tree, "/mnt/link/fd", "alice", "'/data' (user ");
        /* the base itself is handed over anyway */
        accepted(tree, "/mnt/all", "alice");
        accepted(tree, "/mnt/none/at/all", "alice");
}

static void test_sticky_directories(void **state)
{
        struct tree *tree = *state;

        make(tree, "tmp", 01777);
        make(tree, "tmp/here", 0755);
        tree_link(tree, "short", "/tmp/here");
        tree_link(tree, "up", "tmp/here/..");

        accepted(tree, "/tmp/here", "root");
        accepted(tree, "/tmp/none", "0");
        accepted(tree, "/tmp/none/fd", "alice");
        accepted(tree, "/tmp/here/fd", "alice");
        refused(tree, "/tmp/none", "alice", "such as '/tmp/none/a'");
        refused(tree, "/tmp/here", "alice", "would belong to User=alice");
        refused(tree, "/short", "alice", "'/tmp/here' would belong to User=alice");
        accepted(tree, "/up/here/fd", "alice");
        refused(tree, "/up/here", "alice", "'/tmp/here' would belong to User=alice");
}

static void root_needed(void)
{
        if (geteuid() != 0) {
                print_message("not permitted to change owners: run as root\n");
                skip();
        }
}

static void own(struct tree *tree, const char *path, uid_t uid)
{
        assert_int_equal(fchownat(tree->fd, path, uid, uid, AT_SYMLINK_NOFOLLOW), 0);
}

static void test_directories_of_others(void **state)
{
        struct tree *tree = *state;

        root_needed();
        make(tree, "home", 0755);
        make(tree, "home/alice", 0755);
        make(tree, "home/alice/roots", 0755);
        tree_link(tree, "home/alice/fd", "/etc/systemd/system/cron.service.d");
        tree_link(tree, "srv", "home/alice");
        own(tree, "home/alice", 1000);
        own(tree, "home/alice/fd", 1000);

        refused(tree, "/home/alice/fd", "alice", "'/home/alice' belongs to user 1000 (mode 0755)");
        refused(tree, "/home/alice/fd/sub", "alice", "'/home/alice' belongs to user 1000");
        refused(tree, "/home/alice/new", "root", "'/home/alice' belongs to user 1000");
        refused(tree, "/home/alice/roots/fd", "alice", "'/home/alice' belongs to user 1000");
        refused(tree, "/srv/new", "alice", "'/home/alice' belongs to user 1000");

        make(tree, "tmp", 01777);
        make(tree, "tmp/hers", 0755);
        own(tree, "tmp/hers", 1000);
        refused(tree, "/tmp/hers/fd", "root", "'/tmp/hers' belongs to user 1000");
        tree_link(tree, "tmp/link", "/etc");
        own(tree, "tmp/link", 1000);
        refused(tree, "/tmp/link/fd", "root", "'/tmp/link' belongs to user 1000");

        /* a base that was handed over */
        make(tree, "mnt", 0755);
        make(tree, "mnt/fd", 0700);
        own(tree, "mnt/fd", 1000);
        accepted(tree, "/mnt/fd", "alice");
}

/* An image is unpacked by somebody who is not root. */
static void test_another_root(void **state)
{
        struct tree *tree = *state;

        root_needed();
        make(tree, "srv", 0775);
        make(tree, "srv/image", 0775);
        own(tree, ".", 500);
        own(tree, "srv", 500);
        own(tree, "srv/image", 500);
        accepted(tree, "/srv/image/fd", "alice");
        own(tree, "srv/image", 501);
        refused(tree, "/srv/image/fd", "alice", "'/srv/image' belongs to user 501");
        own(tree, "srv/image", 0);
        refused(tree, "/srv/image/fd", "alice", "'/srv/image' (user 0, group 0, mode 0775)");
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_judgement),   TREE_TEST(test_directories_that_others_write),
                TREE_TEST(test_sticky_directories), TREE_TEST(test_directories_of_others),
                TREE_TEST(test_another_root),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

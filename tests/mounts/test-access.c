/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/access.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/mounts/look.h"

#define OWNER 1000
#define GROUP 2000

/* A directory of /proc with these lines in its status. */
static bool reaches(mode_t mode, const char *uids, const char *gids, const char *groups,
                    const char *capabilities, bool own_userns)
{
        const struct access access = { .uid = OWNER, .gid = GROUP, .mode = mode }, *const all[] = {
                &access,
        };
        char directory[] = "/tmp/fd-shmem-test-XXXXXX", path[64];
        bool result;
        FILE *f;
        int fd;

        assert_non_null(mkdtemp(directory));
        fd = open(directory, O_RDONLY | O_DIRECTORY);
        snprintf(path, sizeof(path), "%s/status", directory);
        f = fopen(path, "w");
        fprintf(f, "Name:\tUid:\t1000\nUid:\t%s\nGid:\t%s\nGroups:\t%s \nCapPrm:\t%s\n", uids, gids,
                groups, capabilities);
        fclose(f);
        assert_int_equal(mkdirat(fd, "ns", 0700), 0);
        assert_int_equal(
                symlinkat(own_userns ? "/proc/self/ns/user" : "/proc/self/ns/net", fd, "ns/user"),
                0);
        result = access_has_process(all, 1, fd);
        unlinkat(fd, "ns/user", 0);
        unlinkat(fd, "ns", AT_REMOVEDIR);
        unlinkat(fd, "status", 0);
        close(fd);
        rmdir(directory);
        return result;
}

static void test_owner_and_strangers(void **state)
{
        assert_false(reaches(0700, "1001\t1001\t1001\t1001", "1\t1\t1\t1", "1 2", "0", true));
        assert_true(reaches(0700, "1000\t1000\t1000\t1000", "1\t1\t1\t1", "", "0", true));
        assert_true(reaches(0700, "1001\t1001\t1000\t1001", "1\t1\t1\t1", "", "0", true));
        assert_false(reaches(0700, "10001\t1\t1\t1", "1000\t1\t1\t1", "1000", "0", true));
        assert_true(reaches(0701, "1001\t1001\t1001\t1001", "1\t1\t1\t1", "", "0", true));
}

static void test_root_and_capabilities(void **state)
{
        assert_true(reaches(0700, "0\t0\t0\t0", "0\t0\t0\t0", "", "0", true));
        assert_false(reaches(0700, "0\t0\t0\t0", "0\t0\t0\t0", "", "0", false));
        assert_true(reaches(0700, "1001\t1001\t1001\t1001", "1\t1\t1\t1", "", "2", true));
        assert_false(
                reaches(0700, "1001\t1001\t1001\t1001", "1\t1\t1\t1", "", "1ffffffffff", false));
        assert_false(reaches(0700, "1001\t1001\t1001\t1001", "1\t1\t1\t1", "", "400", true));
}

static void test_group(void **state)
{
        assert_false(reaches(0700, "1\t1\t1\t1", "2000\t2000\t2000\t2000", "2000", "0", true));
        assert_true(reaches(0770, "1\t1\t1\t1", "2000\t2000\t2000\t2000", "", "0", true));
        assert_true(reaches(0750, "1\t1\t1\t1", "1\t1\t1\t1", "5 2000", "0", true));
        assert_false(reaches(0770, "1\t1\t1\t1", "1\t1\t1\t1", "5 20001", "0", true));
}

static void test_users(void **state)
{
        const struct access access = { .uid = OWNER, .gid = GROUP, .mode = 0700 };

        assert_true(access_has_user(&access, 0));
        assert_true(access_has_user(&access, OWNER));
        assert_false(access_has_user(&access, 1001));
}

static void test_local_file_systems(void **state)
{
        assert_true(look_is_local("ext4"));
        assert_true(look_is_local("tmpfs"));
        assert_false(look_is_local("fuse.sshfs"));
        assert_false(look_is_local("nfs4"));
        assert_false(look_is_local("autofs"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_owner_and_strangers),
                cmocka_unit_test(test_root_and_capabilities),
                cmocka_unit_test(test_group),
                cmocka_unit_test(test_users),
                cmocka_unit_test(test_local_file_systems),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

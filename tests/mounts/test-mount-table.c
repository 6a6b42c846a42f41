/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-table.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

static struct libmnt_table *table;

static int read_fixture(void **state)
{
        return mount_table_read(AT_FDCWD, FIXTURES "/mountinfo", &table);
}

static int drop_fixture(void **state)
{
        mount_table_unref(table);
        return 0;
}

static void test_at(void **state)
{
        _cleanup_mount_info_ struct mount_info info = {};

        assert_int_equal(mount_table_at(table, "/mnt/.fd/.huge", &info), 0);
        assert_int_equal(info.id, 31);
        assert_int_equal(info.device, makedev(0, 41));
        assert_string_equal(info.fstype, "hugetlbfs");
        assert_string_equal(info.source, "none");
        assert_string_equal(info.fs_options, "rw,pagesize=2M,min_size=4194304");
        assert_true(mount_info_matches(&info, PAGE_HUGE));
        assert_false(mount_info_matches(&info, PAGE_GIGANTIC));
        assert_false(mount_info_matches(&info, PAGE_NORMAL));
}

static void test_types(void **state)
{
        _cleanup_mount_info_ struct mount_info normal = {}, gigantic = {};

        assert_int_equal(mount_table_at(table, "/mnt/.fd/.normal", &normal), 0);
        assert_true(mount_info_matches(&normal, PAGE_NORMAL));
        assert_int_equal(mount_table_at(table, "/mnt/.fd/.gigantic", &gigantic), 0);
        assert_true(mount_info_matches(&gigantic, PAGE_GIGANTIC));
        assert_false(mount_info_matches(&gigantic, PAGE_HUGE));
}

static void test_absent(void **state)
{
        struct mount_info info;

        assert_int_equal(mount_table_at(table, "/mnt/.fd", &info), -ENOENT);
        assert_int_equal(mount_table_at(table, "/mnt/.fd/.hug", &info), -ENOENT);
        assert_int_equal(mount_table_at(table, "/mnt/.fd/.huge/x", &info), -ENOENT);
}

static void test_topmost_wins(void **state)
{
        _cleanup_mount_info_ struct mount_info info = {};

        assert_int_equal(mount_table_at(table, "/mnt/a b/.huge", &info), 0);
        assert_string_equal(info.source, "over");
        assert_false(mount_info_matches(&info, PAGE_HUGE));
}

static void test_below(void **state)
{
        _cleanup_free_ char *path = NULL;

        assert_true(mount_table_below(table, "/mnt/.fd", &path));
        assert_string_equal(path, "/mnt/.fd/.normal");
        assert_false(mount_table_below(table, "/mnt/.fd/.huge", NULL));
        assert_false(mount_table_below(table, "/mnt/.f", NULL));
}

static void test_no_file(void **state)
{
        struct libmnt_table *none;

        assert_int_equal(mount_table_read(AT_FDCWD, FIXTURES "/none", &none), -ENOENT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_at),     cmocka_unit_test(test_types),
                cmocka_unit_test(test_absent), cmocka_unit_test(test_topmost_wins),
                cmocka_unit_test(test_below),  cmocka_unit_test(test_no_file),
        };

        return cmocka_run_group_tests(tests, read_fixture, drop_fixture);
}

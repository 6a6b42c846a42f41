/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/size.h"
#include "helpers/modules/mounts/mount-table.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

static struct mount_table *table;

static int read_fixture(void **state)
{
        return mount_table_read(AT_FDCWD, FIXTURES "/mountinfo", &table);
}

static int drop_fixture(void **state)
{
        mount_table_free(table);
        return 0;
}

static bool matches(const struct mount_entry *entry, enum page_type type)
{
        return mount_entry_matches(entry, type, page_size_default(type));
}

static void test_at(void **state)
{
        const struct mount_entry *entry = mount_table_at(table, "/mnt/.fd/.huge");

        assert_non_null(entry);
        assert_int_equal(entry->id, 31);
        assert_int_equal(entry->device, makedev(0, 41));
        assert_string_equal(entry->fstype, "hugetlbfs");
        assert_string_equal(entry->source, "none");
        assert_string_equal(entry->fs_options, "rw,pagesize=2M,min_size=4194304");
        assert_true(matches(entry, PAGE_HUGE));
        assert_false(matches(entry, PAGE_GIGANTIC));
        assert_false(matches(entry, PAGE_NORMAL));
}

static void test_types(void **state)
{
        const struct mount_entry *normal = mount_table_at(table, "/mnt/.fd/.normal"),
                                 *gigantic = mount_table_at(table, "/mnt/.fd/.gigantic");

        assert_non_null(normal);
        assert_true(matches(normal, PAGE_NORMAL));
        assert_non_null(gigantic);
        assert_true(matches(gigantic, PAGE_GIGANTIC));
        assert_false(matches(gigantic, PAGE_HUGE));
}

/* The type is the domain's word; the size is that of the mount. */
static void test_sizes(void **state)
{
        const struct mount_entry *gigantic = mount_table_at(table, "/mnt/.fd/.gigantic");

        assert_true(page_size_equal(mount_entry_page_size(gigantic), (struct page_size){ GIB }));
        assert_true(mount_entry_matches(gigantic, PAGE_HUGE, (struct page_size){ GIB }));
        assert_false(mount_entry_matches(gigantic, PAGE_HUGE, (struct page_size){ 32 * MIB }));
        assert_true(mount_entry_is_kind(gigantic, PAGE_HUGE));
        assert_false(mount_entry_is_kind(gigantic, PAGE_NORMAL));
        assert_int_equal(mount_entry_page_size(mount_table_at(table, "/mnt/.fd/.normal")).bytes, 0);
}

static void test_absent(void **state)
{
        assert_null(mount_table_at(table, "/mnt/.fd"));
        assert_null(mount_table_at(table, "/mnt/.fd/.hug"));
        assert_null(mount_table_at(table, "/mnt/.fd/.huge/x"));
}

static void test_topmost_wins(void **state)
{
        const struct mount_entry *entry = mount_table_at(table, "/mnt/a b/.huge");

        assert_non_null(entry);
        assert_string_equal(entry->source, "over");
        assert_false(matches(entry, PAGE_HUGE));
}

static void test_below(void **state)
{
        const struct mount_entry *below = mount_table_below(table, "/mnt/.fd");

        assert_non_null(below);
        assert_string_equal(below->target, "/mnt/.fd/.normal");
        assert_null(mount_table_below(table, "/mnt/.fd/.huge"));
        assert_null(mount_table_below(table, "/mnt/.f"));
}

static void test_no_file(void **state)
{
        struct mount_table *none;

        assert_int_equal(mount_table_read(AT_FDCWD, FIXTURES "/none", &none), -ENOENT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_at),           cmocka_unit_test(test_types),
                cmocka_unit_test(test_sizes),        cmocka_unit_test(test_absent),
                cmocka_unit_test(test_topmost_wins), cmocka_unit_test(test_below),
                cmocka_unit_test(test_no_file),
        };

        return cmocka_run_group_tests(tests, read_fixture, drop_fixture);
}

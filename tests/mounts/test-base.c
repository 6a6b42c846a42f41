/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/base.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/mounts/removal.h"
#include "tests/mounts/scratch.h"

static struct base_request request(const char *path)
{
        return (struct base_request){
                .domain = "test",
                .path = path,
                .mounts = { [PAGE_NORMAL] = true, [PAGE_HUGE] = true },
        };
}

static struct libmnt_table *mounts(void)
{
        struct libmnt_table *table;

        assert_int_equal(mount_table_read(AT_FDCWD, "/proc/self/mountinfo", &table), 0);
        return table;
}

static int claim(const struct base_request *r, struct ledger_domain *ret)
{
        _cleanup_mount_table_ struct libmnt_table *table = mounts();

        return base_claim(r, table, ret);
}

static void make(const struct ledger_domain *record)
{
        _cleanup_mount_table_ struct libmnt_table *table = mounts();

        assert_int_equal(base_make(record, table), 0);
}

static void assert_mode(const char *path, uid_t uid, mode_t mode)
{
        struct stat st;

        assert_int_equal(lstat(path, &st), 0);
        assert_true(S_ISDIR(st.st_mode));
        assert_int_equal(st.st_uid, uid);
        assert_int_equal(st.st_mode & 07777, mode);
}

static void refuse(const char *name, int error, const char *word)
{
        struct base_request r = request(in_scratch(name));
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        assert_int_equal(claim(&r, &record), error);
        assert_non_null(strstr(logged(), word));
        assert_null(record.path);
}

static void test_made_and_removed(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        umask(0);
        r = request(in_scratch("a/b/base"));
        assert_int_equal(claim(&r, &record), 0);
        assert_false(exists(in_scratch("a")));
        assert_true(record.base_made);
        assert_string_equal(record.parents_made[0], in_scratch("a/b"));
        assert_string_equal(record.parents_made[1], in_scratch("a"));

        make(&record);
        make(&record);
        assert_mode(in_scratch("a"), 0, 0755);
        assert_mode(in_scratch("a/b/base"), 0, 0700);
        assert_mode(in_scratch("a/b/base/.huge"), 0, 0700);
        assert_false(exists(in_scratch("a/b/base/.gigantic")));

        make_file(in_scratch("a/b/base/plain"));
        assert_int_equal(symlink("/etc", in_scratch("a/b/base/link")), 0);
        assert_int_equal(removal_run(&record), 0);
        assert_false(exists(in_scratch("a")));
        assert_int_equal(removal_run(&record), 0);
}

static void test_existing_is_restored(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        make_directory(in_scratch("base"));
        assert_int_equal(chown(in_scratch("base"), 1234, 1235), 0);
        assert_int_equal(chmod(in_scratch("base"), 02750), 0);
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        assert_mode(in_scratch("base"), 1234, 02750);
        make(&record);
        assert_mode(in_scratch("base"), 0, 0700);
        make_file(in_scratch("base/plain"));
        assert_int_equal(removal_run(&record), 0);
        assert_mode(in_scratch("base"), 1234, 02750);
        assert_false(exists(in_scratch("base/.huge")));
        assert_false(exists(in_scratch("base/plain")));
}

static void test_left_from_before_a_boot(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        make_directory(in_scratch("base"));
        make_directory(in_scratch("base/.huge"));
        make_file(in_scratch("base/plain"));
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        assert_true(record.base_made);
        make(&record);
        assert_int_equal(removal_run(&record), 0);
        assert_false(exists(in_scratch("base")));
}

static void test_refused(void **state)
{
        scratch_needed();
        make_directory(in_scratch("full"));
        make_file(in_scratch("full/precious"));
        refuse("full", -ENOTEMPTY, "\"precious\"");
        assert_true(exists(in_scratch("full/precious")));

        make_directory(in_scratch("planted"));
        make_directory(in_scratch("planted/.huge"));
        assert_int_equal(chown(in_scratch("planted/.huge"), 1234, 1234), 0);
        refuse("planted", -ENOTEMPTY, ".huge");

        assert_int_equal(symlink("full", in_scratch("link")), 0);
        refuse("link", -ELOOP, "symbolic link");
        refuse("link/base", -ELOOP, "symbolic link");
        refuse("full/precious", -ENOTDIR, "not a directory");
        refuse("full/precious/base", -ENOTDIR, "not a directory");
}

static void test_read_only(void **state)
{
        scratch_needed();
        make_directory(in_scratch("base"));
        assert_int_equal(mount(NULL, scratch, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
        refuse("base", -EROFS, "read-only");
        refuse("a/b", -EROFS, "read-only");
}

static void test_mounts_of_others(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        make_directory(in_scratch("base"));
        make_directory(in_scratch("base/.huge"));
        mount_tmpfs(in_scratch("base/.huge"));
        make_file(in_scratch("base/.huge/theirs"));
        refuse("base", -EBUSY, "is mounted there already");

        r = request(in_scratch("base"));
        r.mounts[PAGE_HUGE] = false;
        r.foreign[PAGE_HUGE] = true;
        assert_int_equal(claim(&r, &record), 0);
        assert_false(record.base_made);
        make(&record);
        assert_int_equal(removal_run(&record), 0);
        assert_non_null(strstr(logged(), "that stays"));
        assert_true(exists(in_scratch("base/.huge/theirs")));
        assert_false(exists(in_scratch("base/.normal")));
        assert_mode(in_scratch("base"), 0, 0755);
}

static void test_own_mounts_are_adopted(void **state)
{
        _cleanup_mount_table_ struct libmnt_table *table = NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        mount_tmpfs(in_scratch("base/.normal"));
        make_file(in_scratch("base/.normal/region"));
        assert_int_equal(chmod(in_scratch("base/.normal"), 0711), 0);

        table = mounts();
        assert_int_equal(base_reclaim(&r, table, &record), 0);
        assert_non_null(strstr(logged(), "taken over"));
        make(&record);
        assert_true(exists(in_scratch("base/.normal/region")));
        assert_mode(in_scratch("base/.normal"), 0, 0711);
}

static void test_something_mounted_over_the_base_is_left_alone(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        mount_tmpfs(in_scratch("base"));
        make_file(in_scratch("base/theirs"));
        assert_int_equal(removal_run(&record), -ENOTEMPTY);
        assert_true(exists(in_scratch("base/theirs")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_made_and_removed),
                cmocka_unit_test(test_existing_is_restored),
                cmocka_unit_test(test_left_from_before_a_boot),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_read_only),
                cmocka_unit_test(test_mounts_of_others),
                cmocka_unit_test(test_own_mounts_are_adopted),
                cmocka_unit_test(test_something_mounted_over_the_base_is_left_alone),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

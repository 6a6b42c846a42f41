/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounts on, above and below a base directory. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "tests/mounts/base-acts.h"

static void test_mount_points_of_an_earlier_version(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        make_directory(in_scratch("base"));
        make_directory(in_scratch("base/.huge"));
        make_directory(in_scratch("base/.gigantic"));
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        assert_false(record.base_made);
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_mode(in_scratch("base"), 0, 0755);
        assert_false(exists(in_scratch("base/.huge")));
        assert_true(exists(in_scratch("base/.gigantic")));

        /* with a file of the client, which stays */
        shell("rm -r base && mkdir -p base/.huge && touch base/plain && chown 1234 base base/plain");
        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        assert_false(record.base_made);
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_mode(in_scratch("base"), 1234, 0755);
        assert_true(exists(in_scratch("base/plain")));
        shell("rm -r base && mkdir -p base/.huge && touch base/plain && chown 1234 base");
        refuse("base", -ENOTEMPTY, "\"plain\"");
        shell("rm -r base && mkdir -p base/.huge base/sub && chown 1234 base base/sub");
        refuse("base", -ENOTEMPTY, "\"sub\"");
}

static void test_mount_below(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_free_ char *mount = NULL;

        scratch_needed();
        make_base(&record);
        shell("mkdir -p base/sub/below && touch base/sub/file base/file");
        mount_tmpfs(in_scratch("base/sub/below"));
        make_file(in_scratch("base/sub/below/theirs"));
        assert_int_equal(removal_run(&record, &mount), -EBUSY);
        assert_string_equal(mount, in_scratch("base/sub/below"));
        assert_true(exists(in_scratch("base/sub/below/theirs")));
        assert_false(exists(in_scratch("base/file")));
        assert_false(exists(in_scratch("base/sub/file")));
        assert_int_equal(umount(in_scratch("base/sub/below")), 0);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("base")));
}

/* One of ours that its owner moved, while he had it where nothing was mounted on it. */
static void test_moved_mount_point(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        scratch_needed();
        make_directory(in_scratch("base"));
        make_base(&record);
        shell("mv base/.huge base/.hidden && mkdir base/.huge base/theirs && chown 1234 base/.huge");
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("base/.hidden")));
        assert_true(exists(in_scratch("base/.huge")));
        assert_true(exists(in_scratch("base/theirs")));
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
        assert_int_equal(run_removal(&record), 0);
        assert_true(exists(in_scratch("base/.huge/theirs")));
        assert_false(exists(in_scratch("base/.normal")));
        assert_mode(in_scratch("base"), 0, 0755);
}

static void test_own_mounts_are_adopted(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = make_base(&record);
        mount_tmpfs(in_scratch("base/.normal"));
        make_file(in_scratch("base/.normal/region"));
        assert_int_equal(chmod(in_scratch("base/.normal"), 0711), 0);

        assert_int_equal(reclaim(&r, &record), 0);
        assert_non_null(strstr(logged(), "taken over"));
        make(&record);
        assert_true(exists(in_scratch("base/.normal/region")));
        assert_mode(in_scratch("base/.normal"), 0, 0711);
}

static void test_something_mounted_over_the_base_is_left_alone(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        scratch_needed();
        make_base(&record);
        mount_tmpfs(in_scratch("base"));
        make_file(in_scratch("base/theirs"));
        assert_int_equal(run_removal(&record), -ESTALE);
        assert_true(exists(in_scratch("base/theirs")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mount_points_of_an_earlier_version),
                cmocka_unit_test(test_mount_below),
                cmocka_unit_test(test_moved_mount_point),
                cmocka_unit_test(test_mounts_of_others),
                cmocka_unit_test(test_own_mounts_are_adopted),
                cmocka_unit_test(test_something_mounted_over_the_base_is_left_alone),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A base directory is made, recognized, restored and removed. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/base/identity.h"
#include "tests/mounts/base-acts.h"

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
        umask(0022);
        make(&record);
        assert_mode(in_scratch("a"), 0, 0755);
        assert_mode(in_scratch("a/b/base"), 0, 0700);
        assert_mode(in_scratch("a/b/base/.huge"), 0, 0700);
        assert_false(exists(in_scratch("a/b/base/.gigantic")));

        make_file(in_scratch("a/b/base/plain"));
        assert_int_equal(symlink("/etc", in_scratch("a/b/base/link")), 0);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
        assert_int_equal(run_removal(&record), 0);
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
        assert_int_equal(run_removal(&record), 0);
        assert_mode(in_scratch("base"), 1234, 02750);
        assert_false(exists(in_scratch("base/.huge")));
        assert_true(exists(in_scratch("base/plain")));

        /* its owner's file is no reason to refuse it now, and a mode that he sets meanwhile counts */
        forget(&record);
        assert_int_equal(chmod(in_scratch("base"), 0711), 0);
        assert_int_equal(claim(&r, &record), 0);
        assert_false(record.base_made);
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_mode(in_scratch("base"), 1234, 0711);
        assert_true(exists(in_scratch("base/plain")));
}

/* What it was before us is known after a boot that no stop went before. */
static void test_existing_after_a_boot(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        make_directory(in_scratch("base"));
        r = make_base(&record);
        assert_int_equal(chown(in_scratch("base"), 1234, 1234), 0);
        make_file(in_scratch("base/plain"));

        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        assert_false(record.base_made);
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_mode(in_scratch("base"), 0, 0755);
        assert_false(exists(in_scratch("base/.huge")));
        assert_true(exists(in_scratch("base/plain")));
}

static void test_left_from_before_a_boot(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("a/b/base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        assert_int_equal(chown(in_scratch("a/b/base"), 1234, 1234), 0);
        make_file(in_scratch("a/b/base/plain"));
        make_directory(in_scratch("a/b/base/sub"));
        assert_int_equal(chown(in_scratch("a/b/base/sub"), 1234, 1234), 0);

        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        assert_non_null(strstr(logged(), "left from before the last boot"));
        assert_true(record.base_made);
        assert_string_equal(record.parents_made[0], in_scratch("a/b"));
        assert_string_equal(record.parents_made[1], in_scratch("a"));
        assert_null(record.parents_made[2]);
        make(&record);
        assert_mode(in_scratch("a/b/base"), 0, 0700);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
}

/* The client's clean-up removed the base; the parents are known as ours all the same. */
static void test_parents_left_from_before_a_boot(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("a/b/base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        shell("rm -r a/b/base");
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));

        make(&record);
        shell("rm -r a/b/base");
        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
}

static void test_two_domains_share_a_parent(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain first = {}, second = {};
        struct base_request r, s;

        scratch_needed();
        r = request(in_scratch("a/one"));
        s = request(in_scratch("a/two"));
        assert_int_equal(claim(&r, &first), 0);
        assert_int_equal(try_make(&first, false), 0);
        assert_int_equal(claim(&s, &second), 0);
        assert_int_equal(try_make(&second, false), 0);
        assert_int_equal(run_removal(&first), 0);
        assert_true(exists(in_scratch("a/two/.huge")));
        assert_int_equal(run_removal(&second), 0);
        assert_false(exists(in_scratch("a")));
}

/* Somebody found a use for the directory while the machine ran without the domain. */
static void test_used_for_something_else_meanwhile(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        scratch_needed();
        make_base(&record);
        assert_int_equal(chown(in_scratch("base"), 1234, 1234), 0);
        make_directory(in_scratch("base/precious"));
        refuse("base", -ENOTEMPTY, "\"precious\", which is owned by root");
        assert_mode(in_scratch("base"), 1234, 0700);
}

/* A program died after it made a directory and before it marked it or wrote down which one it is. */
static void test_killed_before_the_mark(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("a/base"));
        assert_int_equal(claim(&r, &record), 0);
        make_directory(in_scratch("a"));
        assert_int_equal(mkdir(in_scratch("a/base"), 0700), 0);
        assert_int_equal(removal_close_base(&record), 0);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));

        /* the parent */
        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        make_directory(in_scratch("a"));
        assert_int_equal(reclaim(&r, &record), 0);
        make(&record);

        /* the base */
        shell("rmdir a/base/.huge a/base/.normal");
        assert_int_equal(removexattr(in_scratch("a/base"), "trusted.fd-shmem"), 0);
        record.base_id = (struct ledger_identity){};
        assert_int_equal(reclaim(&r, &record), 0);
        make(&record);

        /* a mount point */
        assert_int_equal(removexattr(in_scratch("a/base/.huge"), "trusted.fd-shmem"), 0);
        assert_int_equal(reclaim(&r, &record), 0);
        make(&record);
        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        assert_true(record.base_made);
        make(&record);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
}

/* The record of an earlier version, whose domain is up. */
static void test_record_without_identity(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        shell("mkdir -p base/.normal base/.huge && touch base/plain && chown 1234 base");
        mount_tmpfs(in_scratch("base/.normal"));
        assert_int_equal(chown(in_scratch("base/.normal"), 1234, 1234), 0);
        assert_int_equal(removal_close_base(&record), 0);
        assert_true(record.base_id.known);
        assert_int_equal(umount(in_scratch("base/.normal")), 0);
        assert_int_equal(removal_drop_mount_point(&record, PAGE_NORMAL), 0);
        assert_int_equal(removal_drop_mount_point(&record, PAGE_HUGE), 0);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("base")));

        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        shell("mkdir base && touch base/plain");
        assert_int_equal(run_removal(&record), -ESTALE);
        assert_true(exists(in_scratch("base/plain")));
}

static void test_parent_that_cannot_go(void **state)
{
        _cleanup_free_ char *mount = NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("a/base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        shell("rm -r a/base");
        mount_tmpfs(in_scratch("a"));
        (void) logged();
        assert_int_equal(removal_run(&record, &mount), -EBUSY);
        assert_non_null(strstr(logged(), "a: Device or resource busy"));
        assert_int_equal(umount(in_scratch("a")), 0);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_made_and_removed),
                cmocka_unit_test(test_existing_is_restored),
                cmocka_unit_test(test_existing_after_a_boot),
                cmocka_unit_test(test_left_from_before_a_boot),
                cmocka_unit_test(test_parents_left_from_before_a_boot),
                cmocka_unit_test(test_two_domains_share_a_parent),
                cmocka_unit_test(test_used_for_something_else_meanwhile),
                cmocka_unit_test(test_killed_before_the_mark),
                cmocka_unit_test(test_record_without_identity),
                cmocka_unit_test(test_parent_that_cannot_go),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

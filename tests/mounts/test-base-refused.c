/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A base directory that must not be taken, and one that is another by now. */

#include <errno.h>
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
#include "helpers/modules/base/handover.h"
#include "helpers/modules/base/identity.h"
#include "tests/mounts/base-acts.h"

/* A mount point of root's proves nothing, nor does a copy of a directory of ours, attributes and all. */
static void test_others_data_is_refused(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        scratch_needed();
        shell("mkdir -p data/.normal data/precious && echo payroll >data/precious/file");
        refuse("data", -ENOTEMPTY, "\"precious\"");
        shell("mkdir -p within/.normal && echo payroll >within/.normal/file");
        refuse("within", -ENOTEMPTY, "\".normal\"");

        make_base(&record);
        shell("cp -a base copy && touch copy/precious");
        shell("getfattr -n trusted.fd-shmem copy >/dev/null 2>&1 || ! command -v getfattr >/dev/null");
        refuse("copy", -ENOTEMPTY, "\"precious\"");
        shell("test -f data/precious/file && test -f within/.normal/file && test -f copy/precious");
        assert_mode(in_scratch("data"), 0, 0755);
}

/* Another directory in the place of the recorded one is neither closed nor given away nor emptied. */
static void test_swapped(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        const struct owner owner = { 1234, 1234 };
        const bool none[N_PAGE_TYPES] = {};
        struct base_request r;

        scratch_needed();
        r = make_base(&record);
        shell("mv base old && mkdir -p base/.huge base/deep && touch base/deep/rootfile");

        assert_int_equal(reclaim(&r, &record), -ESTALE);
        assert_non_null(
                strstr(logged(), "is not the directory that fd-shmem used for domain test"));
        assert_int_equal(try_make(&record, true), -ESTALE);
        assert_int_equal(handover_run(&record, none, &owner, 0700), -ESTALE);
        assert_int_equal(removal_close_base(&record), -ESTALE);
        assert_int_equal(removal_drop_mount_point(&record, PAGE_HUGE), -ESTALE);
        assert_int_equal(run_removal(&record), -ESTALE);
        assert_mode(in_scratch("base"), 0, 0755);
        assert_true(exists(in_scratch("base/deep/rootfile")));
        assert_true(exists(in_scratch("base/.huge")));

        shell("rm -r base && mv old base");
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("base")));
}

/* As after a soft-reboot into another root. */
static void test_another_base_of_ours(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct ledger_identity before;
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("a/base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        before = record.base_id;
        shell("mv a former");
        forget(&record);
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        record.base_id = before;
        assert_int_equal(removal_close_base(&record), -ESTALE);
        assert_int_equal(reclaim(&r, &record), 0);
        make(&record);
        assert_false(identity_equal(&record.base_id, &before));
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
        assert_true(exists(in_scratch("former/base/.huge")));
}

static void test_made_by_somebody_meanwhile(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make_directory(in_scratch("base"));
        assert_int_equal(try_make(&record, false), -EEXIST);
        assert_non_null(strstr(logged(), "made by somebody else"));
        assert_mode(in_scratch("base"), 0, 0755);
}

static void test_unsafe(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        const struct owner owner = { 1234, 1234 }, root = { 0, 0 };
        const bool none[N_PAGE_TYPES] = {};
        struct base_request r;

        scratch_needed();
        shell("mkdir -p hers/roots all tmp && chown 1234 hers && chmod 0777 all && chmod 1777 tmp");
        shell("mkdir tmp/hers tmp/roots && chown 1234 tmp/hers");
        refuse("hers/base", -ENOLINK, "hers' belongs to user 1234 (mode 0755)");
        refuse("hers/roots/base", -ENOLINK, "hers' belongs to user 1234");
        refuse("all/base", -ENOLINK, "mode 0777) can be written by others");
        refuse("tmp/hers/base", -ENOLINK, "tmp/hers' belongs to user 1234");
        refuse("tmp/hers", -ENOLINK, "tmp/hers' belongs to user 1234");

        r = request(in_scratch("tmp/base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        assert_int_equal(handover_run(&record, none, &owner, 0700), -EPERM);
        assert_mode(in_scratch("tmp/base"), 0, 0700);
        assert_int_equal(handover_run(&record, none, &root, 0755), 0);
        assert_int_equal(run_removal(&record), 0);

        /* unsafe only later */
        forget(&record);
        r = request(in_scratch("way/base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        shell("chown 1234 way");
        (void) logged();
        assert_int_equal(removal_close_base(&record), -ENOLINK);
        assert_int_equal(run_removal(&record), -ENOLINK);
        assert_non_null(strstr(logged(), "way' belongs to user 1234"));
        assert_true(exists(in_scratch("way/base/.huge")));
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_others_data_is_refused),
                cmocka_unit_test(test_swapped),
                cmocka_unit_test(test_another_base_of_ours),
                cmocka_unit_test(test_made_by_somebody_meanwhile),
                cmocka_unit_test(test_unsafe),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_read_only),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/base.h"

#include <errno.h>
#include <fcntl.h>
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
#include "helpers/modules/base/handover.h"
#include "helpers/modules/base/identity.h"
#include "helpers/modules/base/removal.h"
#include "helpers/modules/mounts/mount-table.h"
#include "tests/mounts/scratch.h"

/* Its copy of PATH is valid until two more calls. */
static struct base_request request(const char *path)
{
        static char paths[2][4096];
        static unsigned next;
        char *copy = paths[next++ % 2];

        snprintf(copy, sizeof(paths[0]), "%s", path);
        return (struct base_request){
                .domain = "test",
                .path = copy,
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

/* A ledger of its own, beside what is tested. */
static struct machine *ledger(void)
{
        static struct machine machine = MACHINE_NULL;

        machine_close(&machine);
        (void) mkdir(in_scratch("ledger"), 0755);
        machine.state = open(in_scratch("ledger"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        machine.procfs = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(machine.state >= 0 && machine.procfs >= 0);
        return &machine;
}

static int try_make(struct ledger_domain *record, bool again)
{
        _cleanup_mount_table_ struct libmnt_table *table = mounts();

        return base_make(ledger(), record, table, again);
}

static void make(struct ledger_domain *record)
{
        assert_int_equal(try_make(record, true), 0);
        assert_true(record->base_id.known);
}

static int reclaim(const struct base_request *r, struct ledger_domain *record)
{
        _cleanup_mount_table_ struct libmnt_table *table = mounts();

        return base_reclaim(r, table, record);
}

static int run_removal(const struct ledger_domain *record)
{
        _cleanup_free_ char *mount = NULL;
        int r = removal_run(record, &mount);

        assert_int_equal(r == -EBUSY, mount != NULL);
        return r;
}

/* What a boot leaves of a domain: no mounts, no ledger, and all that is on disk. */
static void forget(struct ledger_domain *record)
{
        ledger_domain_done(record);
        *record = (struct ledger_domain){};
}

static void shell(const char *command)
{
        _cleanup_free_ char *line = NULL;

        assert_true(asprintf(&line, "cd %s && %s", scratch, command) >= 0);
        assert_int_equal(system(line), 0);
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
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
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
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        assert_int_equal(chown(in_scratch("base"), 1234, 1234), 0);
        make_directory(in_scratch("base/precious"));
        refuse("base", -ENOTEMPTY, "\"precious\", which is root's");
        assert_mode(in_scratch("base"), 1234, 0700);
}

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

/* A mount point of root's proves nothing, nor does a copy of a directory of ours, attributes and all. */
static void test_others_data_is_refused(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct base_request r;

        scratch_needed();
        shell("mkdir -p data/.normal data/precious && echo payroll >data/precious/file");
        refuse("data", -ENOTEMPTY, "\"precious\"");
        shell("mkdir -p within/.normal && echo payroll >within/.normal/file");
        refuse("within", -ENOTEMPTY, "\".normal\"");

        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
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
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
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

static void test_mount_below(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_free_ char *mount = NULL;
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
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
        struct base_request r;

        scratch_needed();
        make_directory(in_scratch("base"));
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        shell("mv base/.huge base/.hidden && mkdir base/.huge base/theirs && chown 1234 base/.huge");
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("base/.hidden")));
        assert_true(exists(in_scratch("base/.huge")));
        assert_true(exists(in_scratch("base/theirs")));
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
        assert_non_null(strstr(logged(), "a: cannot remove: Device or resource busy"));
        assert_int_equal(umount(in_scratch("a")), 0);
        assert_int_equal(run_removal(&record), 0);
        assert_false(exists(in_scratch("a")));
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
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
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
        struct base_request r;

        scratch_needed();
        r = request(in_scratch("base"));
        assert_int_equal(claim(&r, &record), 0);
        make(&record);
        mount_tmpfs(in_scratch("base"));
        make_file(in_scratch("base/theirs"));
        assert_int_equal(run_removal(&record), -ESTALE);
        assert_true(exists(in_scratch("base/theirs")));
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
                cmocka_unit_test(test_mount_points_of_an_earlier_version),
                cmocka_unit_test(test_others_data_is_refused),
                cmocka_unit_test(test_swapped),
                cmocka_unit_test(test_another_base_of_ours),
                cmocka_unit_test(test_killed_before_the_mark),
                cmocka_unit_test(test_record_without_identity),
                cmocka_unit_test(test_made_by_somebody_meanwhile),
                cmocka_unit_test(test_unsafe),
                cmocka_unit_test(test_mount_below),
                cmocka_unit_test(test_moved_mount_point),
                cmocka_unit_test(test_parent_that_cannot_go),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_read_only),
                cmocka_unit_test(test_mounts_of_others),
                cmocka_unit_test(test_own_mounts_are_adopted),
                cmocka_unit_test(test_something_mounted_over_the_base_is_left_alone),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

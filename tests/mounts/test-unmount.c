/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/unmount.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/mounts/mount-end.h"
#include "tests/mounts/scratch.h"

static const bool normal[N_PAGE_TYPES] = { [PAGE_NORMAL] = true };

/* A domain in the scratch directory, with a tmpfs that is entered in its record. */
static struct ledger_domain make_domain(void)
{
        struct ledger_domain domain = { .path = scratch, .mount = { [PAGE_NORMAL] = true } };

        scratch_needed();
        make_directory(in_scratch(".normal"));
        mount_tmpfs(in_scratch(".normal"));
        make_file(in_scratch(".normal/region"));
        assert_int_equal(mount_identity_record(&domain, normal), 1);
        assert_int_equal(mount_identity_record(&domain, normal), 0);
        assert_true(mount_identity_is_known(&domain.mount_id[PAGE_NORMAL]));
        return domain;
}

static int take_down(const struct ledger_domain *domain, struct unmounted *ends,
                     struct blockers *blockers)
{
        struct machine machine = MACHINE_NULL;
        int r;

        machine.procfs = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        r = unmount_domain(&machine, domain, normal, ends, blockers);
        if (r >= 0 && ends) {
                (void) rmdir(in_scratch(".normal"));
                r = unmount_check_ends(&machine, domain, ends, blockers);
        }
        close(machine.procfs);
        return r;
}

/* A process in a mount namespace of its own that does WHAT there, and waits to be killed. */
static pid_t in_namespace(void (*what)(void))
{
        int ready[2];
        pid_t pid;
        char c;

        assert_int_equal(pipe(ready), 0);
        pid = fork();
        if (pid == 0) {
                if (unshare(CLONE_NEWNS) == 0) {
                        what();
                        if (write(ready[1], "x", 1) == 1)
                                pause();
                }
                _exit(1);
        }
        close(ready[1]);
        assert_int_equal(read(ready[0], &c, 1), 1);
        close(ready[0]);
        return pid;
}

static void end(pid_t pid)
{
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
}

static bool is_mounted(const char *path)
{
        struct stat inside, outside;

        return stat(path, &inside) == 0 && stat(scratch, &outside) == 0 &&
               inside.st_dev != outside.st_dev;
}

static void nothing(void)
{
}

static void bind_elsewhere(void)
{
        if (mount(in_scratch(".normal"), in_scratch("elsewhere"), NULL, MS_BIND, NULL) < 0)
                _exit(1);
}

static void open_region(void)
{
        if (open(in_scratch(".normal/region"), O_RDONLY) < 0)
                _exit(1);
}

static void test_plain(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};

        assert_int_equal(take_down(&domain, &ends, &blockers), 0);
        assert_false(exists(in_scratch(".normal")));
        assert_null(blockers.text);
}

/* The copy goes with the mount point, and the file system with it. */
static void test_copy(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};
        pid_t pid = in_namespace(nothing);

        assert_int_equal(take_down(&domain, &ends, &blockers), 0);
        end(pid);
}

static void check_whole(void (*what)(void), const char *words)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};
        pid_t pid;

        make_directory(in_scratch("elsewhere"));
        pid = in_namespace(what);
        assert_int_equal(take_down(&domain, &ends, &blockers), -EBUSY);
        end(pid);
        assert_int_equal(blockers.holders.n, 1);
        assert_int_equal(blockers.holders.holders[0].pid, pid);
        assert_non_null(strstr(blockers.text, words));
        assert_true(exists(in_scratch(".normal/region")));
}

static void test_bound_elsewhere(void **state)
{
        check_whole(bind_elsewhere, "mounted in its own mount namespace, at ");
}

static void test_open_in_a_copy(void **state)
{
        check_whole(open_region, "has region region open");
}

static void test_bound_here(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};

        make_directory(in_scratch("elsewhere"));
        bind_elsewhere();
        assert_int_equal(take_down(&domain, NULL, &blockers), -EBUSY);
        assert_non_null(strstr(blockers.text, "/elsewhere, too; unmount that first"));
        assert_true(exists(in_scratch(".normal/region")));
}

static void test_moved(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};

        make_directory(in_scratch(".hidden"));
        assert_int_equal(mount(in_scratch(".normal"), in_scratch(".hidden"), NULL, MS_MOVE, NULL),
                         0);
        assert_int_equal(take_down(&domain, &ends, &blockers), 0);
        assert_false(exists(in_scratch(".hidden")));
}

/* Whatever is mounted elsewhere in its place and with its device number is not it. */
static void test_other_with_its_number(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};
        struct stat before, after;

        make_directory(in_scratch("other"));
        assert_int_equal(stat(in_scratch(".normal"), &before), 0);
        assert_int_equal(umount2(in_scratch(".normal"), 0), 0);
        mount_tmpfs(in_scratch("other"));
        assert_int_equal(stat(in_scratch("other"), &after), 0);
        if (before.st_dev != after.st_dev)
                print_message("the number was given to somebody else meanwhile\n");
        assert_int_equal(take_down(&domain, &ends, &blockers), 0);
        assert_true(is_mounted(in_scratch("other")));
}

/* Killed between mount and record, or of a version without: the place decides. */
static void test_without_identity(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};

        memset(domain.mount_id, 0, sizeof(domain.mount_id));
        assert_int_equal(take_down(&domain, &ends, &blockers), 0);
        assert_false(exists(in_scratch(".normal")));
}

/* No name leads to it any more: it lives in an open file alone. */
static void test_survival(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        struct machine machine = MACHINE_NULL;
        struct unmounted ends = {};
        int base = open(scratch, O_RDONLY | O_DIRECTORY), kept;
        struct stat st;

        machine.procfs = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        kept = open(in_scratch(".normal/region"), O_RDONLY);
        assert_int_equal(fstat(kept, &st), 0);
        ends.mounts[PAGE_NORMAL] = (struct unmounted_mount){
                .watch = mount_end_watch(base, ".normal") + 1,
                .device = st.st_dev,
                .path = strdup(in_scratch(".normal")),
        };
        assert_int_equal(umount2(in_scratch(".normal"), MNT_DETACH), 0);
        assert_int_equal(unmount_check_ends(&machine, &domain, &ends, &blockers), -EBUSY);
        assert_non_null(strstr(blockers.text, "still exists"));
        close(kept);
        blockers_done(&blockers);
        assert_int_equal(unmount_check_ends(&machine, &domain, &ends, &blockers), 0);
        unmounted_done(&ends);
        close(base);
        close(machine.procfs);
}

/* Mounts the file of a namespace that has the domain elsewhere, and ends its process. The kernel takes
 * the number of a namespace for its age (fs/namespace.c: mnt_ns_loop()), and since 6.18 draws it from a
 * stock of each processor's own: only on some of them a namespace gets a number that it takes for new. */
static bool keep_namespace(const char *path)
{
        bool kept = false;
        cpu_set_t all;

        assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
        for (int cpu = 0; cpu < CPU_SETSIZE && !kept; cpu++) {
                cpu_set_t one;
                char file[64];
                pid_t pid;

                if (!CPU_ISSET(cpu, &all))
                        continue;
                CPU_ZERO(&one);
                CPU_SET(cpu, &one);
                assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
                pid = in_namespace(bind_elsewhere);
                snprintf(file, sizeof(file), "/proc/%d/ns/mnt", (int) pid);
                kept = mount(file, path, NULL, MS_BIND, NULL) == 0;
                end(pid);
        }
        assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
        return kept;
}

/* A namespace that nobody is in any more, whose file is mounted: the stop does not succeed before it is
 * unmounted, and names it. */
static void test_kept_namespace(void **state)
{
        struct ledger_domain domain = make_domain();
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};
        struct machine machine = MACHINE_NULL;

        make_directory(in_scratch("elsewhere"));
        make_file(in_scratch("kept"));
        assert_true(keep_namespace(in_scratch("kept")));

        assert_int_equal(take_down(&domain, &ends, &blockers), -EBUSY);
        assert_non_null(strstr(blockers.text, in_scratch("kept")));
        assert_int_equal(blockers.holders.n, 0);
        blockers_done(&blockers);

        assert_int_equal(umount2(in_scratch("kept"), 0), 0);
        machine.procfs = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(unmount_check_ends(&machine, &domain, &ends, &blockers), 0);
        close(machine.procfs);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_plain),
                cmocka_unit_test(test_copy),
                cmocka_unit_test(test_bound_elsewhere),
                cmocka_unit_test(test_open_in_a_copy),
                cmocka_unit_test(test_bound_here),
                cmocka_unit_test(test_moved),
                cmocka_unit_test(test_other_with_its_number),
                cmocka_unit_test(test_without_identity),
                cmocka_unit_test(test_survival),
                cmocka_unit_test(test_kept_namespace),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

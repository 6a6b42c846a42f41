/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/holders.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/stop/own-mount.h"
#include "tests/mounts/scratch.h"

enum act {
        ACT_OPEN,
        ACT_MAP_AND_CLOSE,
        ACT_MAP_REMOVED,
        ACT_CHDIR,
        ACT_NAMESPACE,
        ACT_BOUND,
        ACT_NOTHING,
};

static void act(enum act act)
{
        const char *path = in_scratch("m/region");
        int fd = act == ACT_CHDIR || act == ACT_NOTHING || act == ACT_NAMESPACE || act == ACT_BOUND
                         ? -1
                         : open(path, O_RDWR | O_CREAT, 0600);

        if (act == ACT_MAP_AND_CLOSE || act == ACT_MAP_REMOVED) {
                if (ftruncate(fd, 4096) < 0 ||
                    mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
                        _exit(1);
                close(fd);
        }
        if (act == ACT_MAP_REMOVED && unlink(path) < 0)
                _exit(1);
        if (act == ACT_CHDIR && chdir(in_scratch("m")) < 0)
                _exit(1);
        if ((act == ACT_NAMESPACE || act == ACT_BOUND) && unshare(CLONE_NEWNS) < 0)
                _exit(1);
        if (act == ACT_BOUND &&
            mount(in_scratch("m"), in_scratch("elsewhere"), NULL, MS_BIND, NULL) < 0)
                _exit(1);
}

/* A process that does one thing and then waits to be killed. */
static pid_t start(enum act what)
{
        int ready[2];
        pid_t pid;
        char c;

        assert_int_equal(pipe(ready), 0);
        pid = fork();
        if (pid == 0) {
                act(what);
                if (write(ready[1], "x", 1) == 1)
                        pause();
                _exit(1);
        }
        assert_true(pid > 0);
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

static void find(unsigned uses, struct holder_list *list)
{
        _cleanup_close_ int procfs = open("/proc", O_RDONLY | O_DIRECTORY);
        struct stat st;

        assert_int_equal(stat(in_scratch("m"), &st), 0);
        assert_int_equal(holders_find(procfs, st.st_dev, in_scratch("m"), uses, list), 0);
}

static void check(enum act what, unsigned use, const char *region, const char *words)
{
        _cleanup_holders_ struct holder_list list = {};
        _cleanup_free_ char *text = NULL;
        char expected[200];
        pid_t pid;

        scratch_needed();
        make_directory(in_scratch("m"));
        mount_tmpfs(in_scratch("m"));
        pid = start(what);
        find(HOLDER_ANY, &list);
        end(pid);

        assert_int_equal(list.n, 1);
        assert_int_equal(list.holders[0].pid, pid);
        assert_int_equal(list.holders[0].use, use);
        if (region)
                assert_string_equal(list.holders[0].region, region);
        else
                assert_null(list.holders[0].region);
        assert_int_equal(holder_format(&list.holders[0], &text), 0);
        snprintf(expected, sizeof(expected), "pid %d (user root, command test-holders) has %s", pid,
                 words);
        assert_string_equal(text, expected);
}

static void test_open(void **state)
{
        check(ACT_OPEN, HOLDER_OPEN, "region", "region region open");
}

static void test_mapped(void **state)
{
        check(ACT_MAP_AND_CLOSE, HOLDER_MAPPED, "region", "region region mapped");
}

static void test_mapped_and_removed(void **state)
{
        check(ACT_MAP_REMOVED, HOLDER_MAPPED, "region", "region region mapped");
}

static void test_working_directory(void **state)
{
        check(ACT_CHDIR, HOLDER_CWD, NULL, "the directory as its working directory");
}

/* Looks for the mount as the stop does: with its place, so that copies on the same directory entry, which
 * go with it, are none. */
static void find_elsewhere(enum act what, struct holder_list *list)
{
        _cleanup_close_ int procfs = open("/proc", O_RDONLY | O_DIRECTORY);
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_own_mount_ struct own_mount own = {};
        const struct ledger_domain domain = { .path = scratch };
        struct holder_target target = {};
        const struct holder_search search = {
                .procfs = procfs,
                .uses = HOLDER_ANY,
                .targets = &target,
                .n_targets = 1,
                .in_other_namespaces = true,
        };
        char *over = NULL;
        pid_t pid;

        scratch_needed();
        make_directory(in_scratch(".normal"));
        make_directory(in_scratch("m"));
        make_directory(in_scratch("elsewhere"));
        mount_tmpfs(in_scratch("m"));
        assert_int_equal(mount(in_scratch("m"), in_scratch(".normal"), NULL, MS_MOVE, NULL), 0);
        assert_int_equal(rmdir(in_scratch("m")), 0);
        assert_int_equal(symlink(".normal", in_scratch("m")), 0);
        assert_int_equal(mount_table_read(procfs, "self/mountinfo", &table), 0);
        assert_int_equal(own_mount_find(table, &domain, PAGE_NORMAL, &own, &over), 0);
        target = (struct holder_target){
                .path = own.path,
                .search = { .device = own.device, .place = &own.place },
        };
        pid = start(what);
        assert_int_equal(holders_search(&search, list), 0);
        end(pid);
}

static void test_namespace(void **state)
{
        _cleanup_holders_ struct holder_list list = {};

        find_elsewhere(ACT_NAMESPACE, &list);
        assert_int_equal(list.n, 0);
}

static void test_bound_elsewhere(void **state)
{
        _cleanup_holders_ struct holder_list list = {};
        _cleanup_free_ char *text = NULL;
        char expected[200];

        find_elsewhere(ACT_BOUND, &list);
        assert_int_equal(list.n, 1);
        assert_int_equal(list.holders[0].use, HOLDER_NAMESPACE);
        assert_int_equal(holder_format(&list.holders[0], &text), 0);
        snprintf(expected, sizeof(expected),
                 "has the directory mounted in its own mount namespace, at %s",
                 in_scratch("elsewhere"));
        assert_non_null(strstr(text, expected));
}

/* In our own namespace it makes the unmount busy, which says enough. */
static void test_own_namespace_is_left_out(void **state)
{
        _cleanup_holders_ struct holder_list list = {};

        find_elsewhere(ACT_OPEN, &list);
        assert_int_equal(list.n, 0);
}

static void test_nobody(void **state)
{
        _cleanup_holders_ struct holder_list list = {};
        _cleanup_close_ int own = -1;
        pid_t pid;

        scratch_needed();
        make_directory(in_scratch("m"));
        mount_tmpfs(in_scratch("m"));
        make_file(in_scratch("m/region"));
        own = open(in_scratch("m/region"), O_RDONLY | O_CLOEXEC);
        assert_true(own >= 0);
        close(own);
        pid = start(ACT_NOTHING);
        own = open(in_scratch("m/region"), O_RDONLY);
        find(HOLDER_ANY, &list);
        end(pid);

        assert_int_equal(list.n, 0);
}

static void test_only_what_is_asked(void **state)
{
        _cleanup_holders_ struct holder_list list = {};
        pid_t pid;

        scratch_needed();
        make_directory(in_scratch("m"));
        mount_tmpfs(in_scratch("m"));
        pid = start(ACT_OPEN);
        find(HOLDER_NAMESPACE, &list);
        end(pid);
        assert_int_equal(list.n, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_open),
                cmocka_unit_test(test_mapped),
                cmocka_unit_test(test_mapped_and_removed),
                cmocka_unit_test(test_working_directory),
                cmocka_unit_test(test_namespace),
                cmocka_unit_test(test_bound_elsewhere),
                cmocka_unit_test(test_own_namespace_is_left_out),
                cmocka_unit_test(test_nobody),
                cmocka_unit_test(test_only_what_is_asked),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

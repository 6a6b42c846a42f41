/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "tests/mounts/scratch.h"

static void test_open_refuses_links(void **state)
{
        const char *name;
        int fd;

        scratch_needed();
        make_directory(in_scratch("real"));
        make_directory(in_scratch("real/sub"));
        assert_int_equal(symlink("real", in_scratch("link")), 0);

        assert_int_equal(directory_open(in_scratch("link")), -ELOOP);
        assert_int_equal(directory_open(in_scratch("link/sub")), -ELOOP);
        assert_int_equal(directory_open(in_scratch("none")), -ENOENT);
        fd = directory_open(in_scratch("real/sub"));
        assert_true(fd >= 0);
        assert_int_equal(directory_open_at(fd, "../sub"), -EXDEV);
        close(fd);

        fd = directory_open_parent(in_scratch("real/new"), &name);
        assert_true(fd >= 0);
        assert_string_equal(name, "new");
        close(fd);
        assert_int_equal(directory_open_parent("/", &name), -EINVAL);
}

static void test_seal(void **state)
{
        _cleanup_close_ int fd = -1;
        struct stat st;

        scratch_needed();
        make_directory(in_scratch("d"));
        assert_int_equal(chown(in_scratch("d"), 1234, 1235), 0);
        assert_int_equal(chmod(in_scratch("d"), 02777), 0);
        fd = directory_open(in_scratch("d"));
        assert_int_equal(directory_seal(fd), 0);
        assert_int_equal(fstat(fd, &st), 0);
        assert_int_equal(st.st_uid, 0);
        assert_int_equal(st.st_gid, 0);
        assert_int_equal(st.st_mode & 07777, 0700);
}

static void test_empty_removes_everything_but_what_is_kept(void **state)
{
        static const char *const keep[] = { "kept", NULL };
        _cleanup_free_ char *left = NULL;
        _cleanup_close_ int fd = -1;

        scratch_needed();
        make_directory(in_scratch("base"));
        make_directory(in_scratch("base/kept"));
        make_file(in_scratch("base/kept/file"));
        make_directory(in_scratch("base/sub"));
        make_directory(in_scratch("base/sub/kept"));
        make_file(in_scratch("base/sub/kept/file"));
        assert_int_equal(mkfifo(in_scratch("base/fifo"), 0600), 0);
        assert_int_equal(mknod(in_scratch("base/device"), S_IFCHR | 0600, makedev(1, 3)), 0);

        fd = directory_open(in_scratch("base"));
        assert_int_equal(directory_is_empty(fd, keep, &left), 0);
        assert_non_null(left);
        assert_int_equal(directory_empty(fd, keep), 0);
        assert_int_equal(directory_is_empty(fd, keep, NULL), 1);
        assert_int_equal(directory_is_empty(fd, NULL, NULL), 0);
        assert_true(exists(in_scratch("base/kept/file")));
        assert_int_equal(directory_empty(fd, NULL), 0);
        assert_int_equal(directory_is_empty(fd, NULL, NULL), 1);
}

static void test_empty_follows_no_link(void **state)
{
        _cleanup_close_ int fd = -1;

        scratch_needed();
        make_directory(in_scratch("outside"));
        make_file(in_scratch("outside/file"));
        make_directory(in_scratch("base"));
        make_directory(in_scratch("base/sub"));
        assert_int_equal(symlink("../outside", in_scratch("base/link")), 0);
        assert_int_equal(symlink("../../outside", in_scratch("base/sub/link")), 0);
        assert_int_equal(symlink("/", in_scratch("base/sub/root")), 0);

        fd = directory_open(in_scratch("base"));
        assert_int_equal(directory_empty(fd, NULL), 0);
        assert_int_equal(directory_is_empty(fd, NULL, NULL), 1);
        assert_true(exists(in_scratch("outside/file")));
}

static void test_empty_crosses_no_mount(void **state)
{
        _cleanup_close_ int fd = -1;

        scratch_needed();
        make_directory(in_scratch("base"));
        make_directory(in_scratch("base/a"));
        make_directory(in_scratch("base/a/b"));
        make_directory(in_scratch("base/a/b/mount"));
        make_file(in_scratch("base/a/b/file"));
        make_file(in_scratch("base/z"));
        mount_tmpfs(in_scratch("base/a/b/mount"));
        make_file(in_scratch("base/a/b/mount/theirs"));

        fd = directory_open(in_scratch("base"));
        assert_int_equal(directory_empty(fd, NULL), -EBUSY);
        assert_true(exists(in_scratch("base/a/b/mount/theirs")));
        assert_false(exists(in_scratch("base/a/b/file")));
        assert_false(exists(in_scratch("base/z")));
}

static void test_empty_goes_to_any_depth(void **state)
{
        _cleanup_close_ int fd = -1, at = -1;

        scratch_needed();
        make_directory(in_scratch("base"));
        fd = directory_open(in_scratch("base"));
        at = dup(fd);
        for (int depth = 0; depth < 5000; depth++) {
                int next;

                assert_int_equal(mkdirat(at, "deeper", 0755), 0);
                next = openat(at, "deeper", O_RDONLY | O_DIRECTORY);
                assert_true(next >= 0);
                close(at);
                at = next;
        }

        assert_int_equal(directory_empty(fd, NULL), 0);
        assert_int_equal(directory_is_empty(fd, NULL, NULL), 1);
}

static volatile bool finished;

/* Moves a directory out of the tree and back, as its owner could. */
static void *move_about(void *userdata)
{
        char inside[64], outside[64];

        snprintf(inside, sizeof(inside), "%s/base/a/b", scratch);
        snprintf(outside, sizeof(outside), "%s/outside/b", scratch);
        while (!finished) {
                (void) rename(inside, outside);
                (void) rename(outside, inside);
        }
        return NULL;
}

static void test_empty_never_leaves_the_tree(void **state)
{
        scratch_needed();
        make_directory(in_scratch("outside"));
        make_file(in_scratch("outside/file"));
        make_directory(in_scratch("base"));
        for (int round = 0; round < 200; round++) {
                _cleanup_close_ int fd = -1;
                pthread_t thread;
                int r;

                (void) mkdir(in_scratch("base/a"), 0755);
                (void) mkdir(in_scratch("base/a/b"), 0755);
                for (int i = 0; i < 20; i++) {
                        char name[32];

                        snprintf(name, sizeof(name), "base/a/b/%d", i);
                        (void) mkdir(in_scratch(name), 0755);
                }
                fd = directory_open(in_scratch("base"));
                finished = false;
                assert_int_equal(pthread_create(&thread, NULL, move_about, NULL), 0);
                r = directory_empty(fd, NULL);
                finished = true;
                assert_int_equal(pthread_join(thread, NULL), 0);
                assert_true(r == 0 || r == -EAGAIN || r == -ENOTEMPTY || r == -ENOENT);
                assert_true(exists(in_scratch("outside/file")));
        }
}

/* As RestrictSUIDSGID= of our units has it. */
static int deny_openat2(void)
{
        struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const struct sock_fprog filter = { .len = ELEMENTSOF(code), .filter = code };

        return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
                               prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0
                       ? -errno
                       : 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_open_refuses_links),
                cmocka_unit_test(test_seal),
                cmocka_unit_test(test_empty_removes_everything_but_what_is_kept),
                cmocka_unit_test(test_empty_follows_no_link),
                cmocka_unit_test(test_empty_crosses_no_mount),
                cmocka_unit_test(test_empty_goes_to_any_depth),
                cmocka_unit_test(test_empty_never_leaves_the_tree),
        };

        if (deny_openat2() < 0)
                perror("no seccomp: openat2(2) stays allowed");
        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

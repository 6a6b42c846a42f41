/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/base/identity-file.h"
#include "tests/mounts/scratch.h"

#define ATTRIBUTE "trusted.fd-shmem"

static const struct identity_mark base_mark = { .role = IDENTITY_BASE };
static const struct identity_mark existing_mark = {
        .role = IDENTITY_EXISTING, .uid = 4294967294, .gid = 7, .mode = 02750
};

static void keep_in_scratch(const char *name)
{
        static char path[4096];

        snprintf(path, sizeof(path), "%s", in_scratch(name));
        identity_keep_in(path);
}

static int open_new(const char *path)
{
        int fd;

        make_directory(path);
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(fd >= 0);
        return fd;
}

static void test_marks(void **state)
{
        _cleanup_close_ int fd = -1, other = -1;
        struct identity_mark mark;
        char text[256];
        ssize_t n;

        scratch_needed();
        keep_in_scratch("state");
        fd = open_new(in_scratch("a"));
        other = open_new(in_scratch("b"));
        assert_int_equal(identity_find(fd, in_scratch("a"), &mark), -ENODATA);
        assert_int_equal(mark.role, IDENTITY_NONE);

        identity_mark(fd, in_scratch("a"), &existing_mark);
        assert_int_equal(identity_find(fd, in_scratch("a"), &mark), 0);
        assert_int_equal(mark.role, IDENTITY_EXISTING);
        assert_int_equal(mark.uid, existing_mark.uid);
        assert_int_equal(mark.gid, existing_mark.gid);
        assert_int_equal(mark.mode, existing_mark.mode);
        assert_false(exists(in_scratch("state")));

        /* another directory with the same attribute */
        n = fgetxattr(fd, ATTRIBUTE, text, sizeof(text));
        assert_true(n > 0);
        assert_int_equal(fsetxattr(other, ATTRIBUTE, text, n, 0), 0);
        assert_int_equal(identity_find(other, in_scratch("b"), &mark), -ENODATA);

        /* any other text */
        for (ssize_t i = 0; i < n; i++) {
                assert_int_equal(fsetxattr(fd, ATTRIBUTE, text, i, 0), 0);
                assert_int_equal(identity_find(fd, in_scratch("a"), &mark), -ENODATA);
        }
        memset(text, 'x', sizeof(text));
        assert_int_equal(fsetxattr(fd, ATTRIBUTE, text, sizeof(text), 0), 0);
        assert_int_equal(identity_find(fd, in_scratch("a"), &mark), -ENODATA);

        identity_mark(fd, in_scratch("a"), &base_mark);
        assert_int_equal(identity_find(fd, in_scratch("a"), &mark), 0);
        assert_int_equal(mark.role, IDENTITY_BASE);
        identity_forget(fd, in_scratch("a"));
        assert_int_equal(identity_find(fd, in_scratch("a"), &mark), -ENODATA);
}

static void test_identities(void **state)
{
        _cleanup_close_ int fd = -1, same = -1, other = -1;
        struct ledger_identity a, b, none = {};

        scratch_needed();
        fd = open_new(in_scratch("a"));
        other = open_new(in_scratch("b"));
        assert_int_equal(identity_read(fd, &a), 0);
        assert_true(a.known);
        assert_int_equal(identity_read(other, &b), 0);
        assert_false(identity_equal(&a, &b));
        assert_false(identity_equal(&none, &none));

        assert_int_equal(rename(in_scratch("a"), in_scratch("c")), 0);
        same = open(in_scratch("c"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(identity_read(same, &b), 0);
        assert_true(identity_equal(&a, &b));
        b.birth_nsec++;
        assert_false(identity_equal(&a, &b));
}

static bool mount_overlay(void)
{
        char options[4096];

        snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s",
                 in_scratch("lower"), in_scratch("disk/upper"), in_scratch("disk/work"));
        return mount("overlay", in_scratch("over"), "overlay", 0, options) == 0;
}

static void read_at(const char *path, struct ledger_identity *ret, enum identity_role *ret_role)
{
        _cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct identity_mark mark;

        assert_true(fd >= 0);
        assert_int_equal(identity_read(fd, ret), 0);
        if (!ret_role)
                identity_mark(fd, path, &base_mark);
        else {
                (void) identity_find(fd, path, &mark);
                *ret_role = mark.role;
        }
}

/* As the root of a live system: the inode numbers of its directories do not last. */
static void test_overlay(void **state)
{
        struct ledger_identity a, b;
        enum identity_role role;

        scratch_needed();
        make_directory(in_scratch("lower"));
        make_directory(in_scratch("disk"));
        mount_tmpfs(in_scratch("disk"));
        make_directory(in_scratch("disk/upper"));
        make_directory(in_scratch("disk/work"));
        make_directory(in_scratch("over"));
        if (!mount_overlay()) {
                print_message("no overlay file systems\n");
                skip();
        }
        make_directory(in_scratch("over/base"));
        read_at(in_scratch("over/base"), &a, NULL);

        assert_int_equal(umount(in_scratch("over")), 0);
        assert_true(mount_overlay());
        make_directory(in_scratch("over/first"));
        make_directory(in_scratch("over/second"));
        read_at(in_scratch("over/base"), &b, &role);
        if (a.birth != 0)
                assert_true(identity_equal(&a, &b));
        if (a.birth != 0)
                assert_int_equal(role, IDENTITY_BASE);
        assert_int_equal(umount(in_scratch("over")), 0);
        assert_int_equal(umount(in_scratch("disk")), 0);
}

/* Root in a user namespace may not write the attribute, as if the file system had none. */
static bool enter_user_namespace(void)
{
        _cleanup_close_ int map = -1;

        if (unshare(CLONE_NEWUSER) < 0)
                return false;
        map = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
        return map >= 0 && write(map, "0 0 1", 5) == 5;
}

static bool marks_by_file(const char *directory)
{
        _cleanup_free_ char *a = NULL, *b = NULL;
        _cleanup_close_ int fd = -1, other = -1;
        struct identity_mark mark;

        if (asprintf(&a, "%s/a", directory) < 0 || asprintf(&b, "%s/b", directory) < 0)
                return false;
        if (mkdir(a, 0755) < 0 || mkdir(b, 0755) < 0)
                return false;
        fd = open(a, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        other = open(b, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        identity_mark(fd, a, &existing_mark);
        if (identity_find(fd, a, &mark) < 0 || mark.role != IDENTITY_EXISTING || mark.mode != 02750)
                return false;
        /* another directory at the path */
        if (identity_find(other, a, &mark) >= 0 || identity_find(other, b, &mark) >= 0)
                return false;
        identity_forget(fd, a);
        return identity_find(fd, a, &mark) < 0;
}

static void test_marks_by_file(void **state)
{
        char directory[] = "fd-shmem-test-XXXXXX", command[64];
        _cleanup_free_ char *path = NULL, *keep = NULL;
        _cleanup_close_ int fd = -1;
        int status;
        pid_t pid;

        scratch_needed();
        assert_non_null(mkdtemp(directory));
        path = realpath(directory, NULL);
        assert_true(asprintf(&keep, "%s/state", path) >= 0);
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        identity_keep_in(keep);

        pid = fork();
        if (pid == 0)
                _exit(!enter_user_namespace() ? 77 : !marks_by_file(path));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        snprintf(command, sizeof(command), "rm -r %s", directory);
        assert_int_equal(system(command), 0);
        if (identity_file_is_pointless(fd) || WEXITSTATUS(status) == 77) {
                print_message("no user namespaces, or the working directory is on a tmpfs\n");
                skip();
        }
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
}

/* A mark that cannot be written is warned about; that it could not be read is told from there being
 * none. */
static void test_files(void **state)
{
        char text[IDENTITY_TEXT_MAX];

        scratch_needed();
        keep_in_scratch("state");
        assert_int_equal(identity_file_read("/srv/fd", text), -ENOENT);
        assert_int_equal(identity_file_write("/srv/fd", "base 1:2.3"), 0);
        assert_int_equal(identity_file_read("/srv/fd", text), 0);
        assert_string_equal(text, "base 1:2.3");
        assert_true(exists(in_scratch("state/made/srv-fd")));
        assert_int_equal(identity_file_write("/srv/fd", "parent 1:2.3"), 0);
        assert_int_equal(identity_file_read("/srv/fd", text), 0);
        assert_string_equal(text, "parent 1:2.3");
        identity_file_remove("/srv/fd");
        identity_file_remove("/srv/fd");
        assert_int_equal(identity_file_read("/srv/fd", text), -ENOENT);

        keep_in_scratch("none/state");
        assert_int_equal(identity_file_write("/srv/fd", "base 1:2.3"), -ENOENT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_marks),   cmocka_unit_test(test_identities),
                cmocka_unit_test(test_overlay), cmocka_unit_test(test_marks_by_file),
                cmocka_unit_test(test_files),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

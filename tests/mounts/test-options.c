/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of mount options against mount(8) and the kernel: what it accepts mounts, what it refuses does
 * not. */

#include <errno.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "conf/keys/option-table.h"
#include "tests/mounts/scratch.h"

extern char **environ;

static const char *const options[] = {
        /* of the file systems */
        "size=16M",
        "size=50%",
        "size=0x1000000",
        "size",
        "size=",
        "size=x",
        "nr_inodes=100",
        "nr_inodes=1k",
        "nr_inodes=x",
        "nr_inodes",
        "nr_blocks=1k",
        "nr_blocks=x",
        "huge=never",
        "huge=foo",
        "huge",
        "mpol=default",
        "mpol=local",
        "mpol=local:0",
        "mpol=bind:0",
        "mpol=bind:0-0",
        "mpol=bind",
        "mpol=bind=static:0",
        "mpol=bind=static",
        "mpol=prefer",
        "mpol=prefer:0",
        "mpol=prefer:0-0",
        "mpol=interleave",
        "mpol=interleave:0",
        "mpol=interleave=relative:0",
        "mpol=foo",
        "mpol",
        "inode32",
        "inode64",
        "inode64=0",
        /* of mount(8) */
        "async",
        "atime",
        "auto",
        "defaults",
        "dev",
        "diratime",
        "dirsync",
        "exec",
        "group",
        "iversion",
        "lazytime",
        "loud",
        "mand",
        "noatime",
        "noauto",
        "nodev",
        "nodiratime",
        "noexec",
        "nofail",
        "noiversion",
        "nolazytime",
        "nomand",
        "norelatime",
        "nostrictatime",
        "nosuid",
        "nosymfollow",
        "nouser",
        "owner",
        "private",
        "relatime",
        "rprivate",
        "rshared",
        "rslave",
        "runbindable",
        "rw",
        "shared",
        "silent",
        "slave",
        "strictatime",
        "suid",
        "symfollow",
        "sync",
        "unbindable",
        "user",
        "user=root",
        "users",
        "_netdev",
        "comment=a",
        "x-a",
        "x-a=1",
        "X-a",
        "nosuid=1",
        "noatime=1",
        "nofail=1",
        /* of nobody */
        "foo",
        "foo=1",
        "noatine",
};

static bool mounts(const char *file_system, const char *option)
{
        char *argv[] = { (char *) "mount",
                         (char *) "-t",
                         (char *) file_system,
                         (char *) "-o",
                         (char *) option,
                         (char *) "none",
                         scratch,
                         NULL };
        posix_spawn_file_actions_t actions;
        int status;
        pid_t pid;

        assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
        assert_int_equal(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0), 0);
        assert_int_equal(posix_spawnp(&pid, "mount", &actions, NULL, argv, environ), 0);
        posix_spawn_file_actions_destroy(&actions);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (status != 0)
                return false;
        assert_int_equal(umount2(scratch, 0), 0);
        return true;
}

static void compare(const char *name, unsigned file_system)
{
        for (size_t i = 0; i < ELEMENTSOF(options); i++) {
                _cleanup_free_ char *reason = NULL;
                bool accepted =
                        option_check(options[i], strlen(options[i]), file_system, &reason) >= 0;

                if (mounts(name, options[i]) != accepted)
                        fail_msg("%s of %s: %s, and the kernel %s", options[i], name,
                                 accepted ? "accepted" : reason,
                                 accepted ? "refuses it" : "mounts it");
        }
}

static void test_tmpfs(void **state)
{
        scratch_needed();
        compare("tmpfs", OPTION_TMPFS);
}

static void test_hugetlbfs(void **state)
{
        scratch_needed();
        if (!mounts("hugetlbfs", "defaults"))
                skip();
        compare("hugetlbfs", OPTION_HUGETLBFS);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_tmpfs),
                cmocka_unit_test(test_hugetlbfs),
        };

        return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

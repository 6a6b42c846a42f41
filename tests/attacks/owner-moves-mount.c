/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* owner-moves-mount BASE NAME [NEW]: what the owner of the directory BASE can do to a mount of root's
 * on BASE/NAME, from a mount namespace in which nothing is mounted there: rename its mount point to NEW,
 * or remove it, and the mount with it. Does not stay. */

#include <sys/stat.h>
#include <sys/syscall.h>

#include "tests/attacks/attack.h"

int main(int argc, char **argv)
{
        int base;

        if (argc < 3)
                errx(1, "usage: %s BASE NAME [NEW]", argv[0]);
        base = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (base < 0)
                err(1, "%s", argv[1]);

        enter_own_namespaces();
        if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || mkdir("/tmp/old", 0700) < 0 ||
            chdir("/tmp") < 0)
                err(1, "/tmp");
        if (syscall(SYS_pivot_root, ".", "old") < 0 || umount2("/old", MNT_DETACH) < 0)
                err(1, "pivot_root");

        if (argc > 3 ? renameat(base, argv[2], base, argv[3]) < 0
                     : unlinkat(base, argv[2], AT_REMOVEDIR) < 0)
                err(1, "%s/%s", argv[1], argv[2]);
        return 0;
}

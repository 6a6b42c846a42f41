/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The only program of an initrd that reserves gigantic pages before anything else runs: $PAGES, from the kernel's
 * command line, on each of two nodes, written twice. Then the root file system is mounted, and its init takes over.
 * It is the best that an initrd could do: there is no udev and no module before it. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define POOL "/sys/devices/system/node/node%d/hugepages/hugepages-1048576kB/nr_hugepages"

static void reserve(int node, const char *pages)
{
        char path[128];

        snprintf(path, sizeof(path), POOL, node);
        for (int i = 0; i < 2; i++) {
                int fd = open(path, O_WRONLY | O_CLOEXEC);

                if (fd < 0 || write(fd, pages, strlen(pages)) < 0)
                        dprintf(2, "initrd: cannot write %s: %m\n", path);
                if (fd >= 0)
                        close(fd);
        }
}

int main(int argc, char **argv)
{
        const char *pages = getenv("PAGES");

        mount("none", "/sys", "sysfs", 0, NULL);
        mount("none", "/dev", "devtmpfs", 0, NULL);
        for (int node = 0; pages && node < 2; node++)
                reserve(node, pages);

        while (mount("/dev/nvme0n1", "/root", "ext4", 0, NULL) < 0)
                usleep(10 * 1000);
        umount2("/sys", 0);
        if (chdir("/root") < 0 || mount("/dev", "dev", NULL, MS_MOVE, NULL) < 0 ||
            mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0)
                return 1;
        argv[0] = (char *) "/usr/lib/systemd/systemd";
        execv(argv[0], argv);
        return 1;
}

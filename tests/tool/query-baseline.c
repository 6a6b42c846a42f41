/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The reads without which nobody can say which regions there are and who has them, and nothing else:
 *
 *   - the directory of each mount, and statx(2) of each file in it;
 *   - the directory /proc, and of each process: status (whose it is, its name, whether it has huge
 *     pages), maps (all that it has mapped), the directory fd and statx(2) of each open file, and of
 *     cwd and root.
 *
 * map_files would cost a readlink or statx per mapping, smaps a walk of the page tables; status is
 * the only file that everybody may read. What is read is thrown away. Usage: query-baseline MOUNT...
 * Prints the system and user time in microseconds. */

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"

#define FLAGS (AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC)

static char buffer[64 * 1024];
static struct statx st;

static DIR *open_list(int dirfd, const char *path)
{
        int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        return fd >= 0 ? fdopendir(fd) : NULL;
}

static void stat_entries(int parent, const char *path, int flags, unsigned mask)
{
        _cleanup_closedir_ DIR *list = open_list(parent, path);
        const struct dirent *entry;

        while (list && (entry = readdir(list)))
                if (entry->d_name[0] != '.')
                        (void) statx(dirfd(list), entry->d_name, FLAGS | flags, mask, &st);
}

static void read_file(int procfs, const char *pid, const char *name, int whole)
{
        _cleanup_close_ int fd = -1;
        char path[64];

        snprintf(path, sizeof(path), "%.16s/%s", pid, name);
        fd = openat(procfs, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return;
        while (read(fd, buffer, sizeof(buffer)) > 0 && whole)
                ;
}

static void read_process(int procfs, const char *pid)
{
        static const char *const links[] = { "cwd", "root" };
        char path[64];

        read_file(procfs, pid, "status", 0);
        read_file(procfs, pid, "maps", 1);
        snprintf(path, sizeof(path), "%.16s/fd", pid);
        stat_entries(procfs, path, 0, STATX_TYPE | STATX_INO | STATX_BLOCKS);
        for (size_t i = 0; i < ELEMENTSOF(links); i++) {
                snprintf(path, sizeof(path), "%.16s/%s", pid, links[i]);
                (void) statx(procfs, path, FLAGS, STATX_TYPE | STATX_INO, &st);
        }
}

int main(int argc, char **argv)
{
        _cleanup_closedir_ DIR *procfs = open_list(AT_FDCWD, "/proc");
        const struct dirent *entry;
        struct rusage usage;

        for (int i = 1; i < argc; i++)
                stat_entries(AT_FDCWD, argv[i], AT_SYMLINK_NOFOLLOW,
                             STATX_BASIC_STATS | STATX_BTIME);
        while (procfs && (entry = readdir(procfs)))
                if (isdigit((unsigned char) entry->d_name[0]))
                        read_process(dirfd(procfs), entry->d_name);

        getrusage(RUSAGE_SELF, &usage);
        printf("%ld %ld\n", usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec,
               usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec);
        return 0;
}

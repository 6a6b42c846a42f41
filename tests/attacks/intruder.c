/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tries all the time to get at a domain as the user UID: looks into the base directory and its mount
 * points, makes files and directories where a mount is to be, also by a descriptor of better times; until
 * SIGTERM. Then it writes to REPORT how often it tried, how often it got in, and how often that was not
 * on the mount but on whatever was below or instead of it:
 *
 *   intruder BASE UID REPORT [MICROSECONDS]
 *   attempts=81212 entered=1200 violations=0
 *
 * Between rounds it waits half a millisecond, or as long as is said; 0: not at all. Somebody without
 * access enters nowhere; the owner enters, and never where a mount is missing. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static struct {
        unsigned long attempts, entered, violations;
} seen;

static void end(int signal)
{
        ended = 1;
}

/* The first violation says enough; the rest are counted. */
static void violation(const char *where, const struct statfs *fs)
{
        if (seen.violations++ == 0)
                printf("intruder: made a file in %s on a file system of type %#lx\n", where,
                       (long) fs->f_type);
}

/* The base belongs to the owner while its mounts are there; with a mount missing it must be closed. */
static void try_base(int base)
{
        struct statfs fs;
        int fd = openat(base, "intruder", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

        seen.attempts++;
        if (fd < 0)
                return;
        close(fd);
        unlinkat(base, "intruder", 0);
        fd = openat(base, ".huge", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return; /* closed again in between */
        seen.entered++;
        if (fstatfs(fd, &fs) == 0 && fs.f_type != HUGETLBFS_MAGIC)
                violation("the base with .huge not mounted", &fs);
        close(fd);
}

static void try_mount(int base, const char *name, long magic)
{
        char path[64];
        struct statfs fs;
        int fd;

        snprintf(path, sizeof(path), "%s/intruder", name);
        fd = openat(base, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        seen.attempts++;
        if (fd < 0)
                return;
        seen.entered++;
        if (fstatfs(fd, &fs) == 0 && (long) fs.f_type != magic) {
                seen.violations++;
                printf("intruder: made a file in %s on a file system of type %#lx\n", name,
                       (long) fs.f_type);
        }
        close(fd);
        unlinkat(base, path, 0);
}

/* Without making anything. Who may not enter the base does not even get a descriptor that is good for
 * nothing but a look. */
static void try_to_look(int base, const char *name, int flags)
{
        int fd = openat(base, name, flags | O_CLOEXEC);

        seen.attempts++;
        if (fd < 0)
                return;
        seen.entered++;
        close(fd);
}

/* A directory in the base would be in the way of a mount point, or be taken for one. */
static void try_directory(int base)
{
        seen.attempts++;
        if (mkdirat(base, "intruder.d", 0700) < 0)
                return;
        seen.entered++;
        unlinkat(base, "intruder.d", AT_REMOVEDIR);
}

static void try_everything(int base)
{
        try_to_look(base, ".", O_RDONLY | O_DIRECTORY);
        try_to_look(base, ".huge", O_PATH);
        try_to_look(base, ".normal", O_RDONLY | O_DIRECTORY);
        try_directory(base);
        try_base(base);
        try_mount(base, ".normal", TMPFS_MAGIC);
        try_mount(base, ".huge", HUGETLBFS_MAGIC);
        try_mount(base, ".gigantic", HUGETLBFS_MAGIC);
}

/* The base as it is reached by its path, and as it was when it could first be opened: a descriptor
 * kept from better times must be of no use either. */
static void intrude(const char *path, long usec)
{
        struct timespec pause = { usec / 1000000, usec % 1000000 * 1000 };
        int kept = -1;

        for (; !ended; usec > 0 ? nanosleep(&pause, NULL) : 0) {
                int base = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

                if (kept >= 0)
                        try_everything(kept);
                if (base < 0) {
                        seen.attempts++;
                        continue;
                }
                try_everything(base);
                if (kept < 0)
                        kept = base;
                else
                        close(base);
        }
}

int main(int argc, char **argv)
{
        struct sigaction action = { .sa_handler = end };
        FILE *report;
        uid_t uid;

        if (argc != 4 && argc != 5)
                return 2;
        setvbuf(stdout, NULL, _IOLBF, 0);
        uid = (uid_t) strtoul(argv[2], NULL, 10);
        report = fopen(argv[3], "we");
        sigaction(SIGTERM, &action, NULL);
        if (!report || setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
            setresuid(uid, uid, uid) < 0) {
                perror("intruder");
                return 1;
        }
        intrude(argv[1], argc > 4 ? atol(argv[4]) : 500);
        fprintf(report, "attempts=%lu entered=%lu violations=%lu\n", seen.attempts, seen.entered,
                seen.violations);
        return fclose(report) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tries a thousand times a second to make a file where a mount of the domain is to be, as the user UID, until
 * SIGTERM; then writes to REPORT how often it tried, how often it got in, and how often that was not on
 * the mount but on whatever was below or instead of it:
 *
 *   intruder BASE UID REPORT
 *   attempts=81212 entered=1200 violations=0 */

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
        if (fstatfs(fd, &fs) == 0 && (unsigned) fs.f_type != HUGETLBFS_MAGIC)
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

static void try_everything(int base)
{
        try_base(base);
        try_mount(base, ".normal", TMPFS_MAGIC);
        try_mount(base, ".huge", HUGETLBFS_MAGIC);
        try_mount(base, ".gigantic", HUGETLBFS_MAGIC);
}

/* The base as it is reached by its path, and as it was when it could first be opened: a descriptor
 * kept from better times must be of no use either. */
static void intrude(const char *path)
{
        struct timespec pause = { .tv_nsec = 500 * 1000 };
        int kept = -1;

        for (; !ended; nanosleep(&pause, NULL)) {
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

        if (argc != 4)
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
        intrude(argv[1]);
        fprintf(report, "attempts=%lu entered=%lu violations=%lu\n", seen.attempts, seen.entered,
                seen.violations);
        return fclose(report) == 0 ? 0 : 1;
}

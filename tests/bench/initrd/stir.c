/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stirs the memory of a node as the early boot of a large server does, on a CPU of that node:
 *
 *   stir CPU FILE CACHE_MIB FILES PROCESSES
 *
 * reads that much of the (sparse) FILE into the page cache; makes FILES files on a tmpfs and removes nine of ten, so
 * that inodes are left all over, which the kernel cannot move; and leaves PROCESSES with a mebibyte and a pipe each. */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1024 * 1024)

static char block[BLOCK];

static void fill_cache(const char *file, long mib)
{
        int fd = open(file, O_RDONLY | O_CLOEXEC);

        while (fd >= 0 && mib-- > 0 && read(fd, block, BLOCK) > 0)
                ;
        if (fd >= 0)
                close(fd);
}

static void make_files(const char *prefix, long n)
{
        char path[128];

        for (long i = 0; i < n; i++) {
                int fd;

                snprintf(path, sizeof(path), "%s.%ld", prefix, i);
                fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
                if (fd < 0)
                        break;
                close(fd);
        }
        for (long i = 0; i < n; i++) {
                snprintf(path, sizeof(path), "%s.%ld", prefix, i);
                if (i % 10 != 0)
                        unlink(path);
        }
}

static void stay(void)
{
        char *memory = malloc(BLOCK);
        int ends[2];

        if (memory)
                memset(memory, 1, BLOCK);
        if (pipe(ends) == 0 && write(ends[1], block, 4096) > 0)
                pause();
        _exit(0);
}

int main(int argc, char **argv)
{
        cpu_set_t cpus;
        char prefix[64];

        if (argc != 6)
                return 2;
        CPU_ZERO(&cpus);
        CPU_SET(atoi(argv[1]), &cpus);
        if (sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
                return 1;

        signal(SIGCHLD, SIG_IGN);
        snprintf(prefix, sizeof(prefix), "/run/stir.%s", argv[1]);
        for (long i = 0, n = atol(argv[5]); i < n; i++)
                if (fork() == 0)
                        stay();
        make_files(prefix, atol(argv[4]));
        fill_cache(argv[2], atol(argv[3]));
        return 0;
}

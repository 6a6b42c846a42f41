/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Takes memory the way others do: fills a node with pipe buffers, which the kernel can't move, then lets
 * all of them go but one page in every half of a mebibyte. Nearly everything is free again, and hardly a
 * huge page can be had. Its first process ends when
 * that is done, a child stays until killed.
 *
 *   fragment NODE KEEP_MIB     stops filling when no more than KEEP_MIB are free */

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIPE_SIZE (512 * 1024)
#define MAX_PIPES 100000

static int pipes[MAX_PIPES];

static long free_mib(int node)
{
        char path[64], line[256];
        long kib = 0;
        FILE *file;

        snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo", node);
        file = fopen(path, "re");
        while (file && fgets(line, sizeof(line), file)) {
                const char *found = strstr(line, "MemFree:");

                if (found)
                        kib = atol(found + strlen("MemFree:"));
        }
        if (file)
                fclose(file);
        return kib / 1024;
}

static int fill(int node, long keep, const char *buffer)
{
        int n = 0;

        while (n < MAX_PIPES && (n % 32 != 0 || free_mib(node) > keep)) {
                int ends[2];

                if (pipe(ends) < 0 || fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE) < PIPE_SIZE ||
                    write(ends[1], buffer, PIPE_SIZE) != PIPE_SIZE)
                        break;
                pipes[n++] = ends[0];
        }
        return n;
}

static void drain_but_one_page(int fd, char *buffer)
{
        ssize_t left = PIPE_SIZE - 4096;

        while (left > 0) {
                ssize_t taken = read(fd, buffer, (size_t) left);

                if (taken <= 0)
                        return;
                left -= taken;
        }
}

int main(int argc, char **argv)
{
        struct rlimit files = { 2 * MAX_PIPES + 64, 2 * MAX_PIPES + 64 };
        char *buffer = calloc(1, PIPE_SIZE);
        unsigned long mask;
        int node, n;

        if (argc != 3 || !buffer)
                return 2;
        node = atoi(argv[1]);
        mask = 1UL << node;
        if (syscall(SYS_set_mempolicy, MPOL_BIND, &mask, 64UL) < 0 ||
            setrlimit(RLIMIT_NOFILE, &files) < 0) {
                perror("fragment");
                return 1;
        }
        n = fill(node, atol(argv[2]), buffer);
        for (int i = 0; i < n; i++)
                drain_but_one_page(pipes[i], buffer);
        printf("node %d: %d pipes, %ld MiB free\n", node, n, free_mib(node));
        fflush(stdout);
        if (fork() > 0)
                _exit(0);
        pause();
        return 0;
}

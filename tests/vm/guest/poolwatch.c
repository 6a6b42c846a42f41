/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads every huge page pool of every node every two milliseconds until SIGTERM, then writes to REPORT one
 * line per pool, its least and its greatest number of pages:
 *
 *   poolwatch REPORT
 *   node0 2048 min=64 max=64 */

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATTERN "/sys/devices/system/node/node*/hugepages/hugepages-*kB/nr_hugepages"

struct pool {
        unsigned node;
        unsigned long kib;
        int fd;
        unsigned long min, max;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
        ended = 1;
}

static int open_pools(struct pool *pools, size_t room)
{
        glob_t found;
        size_t n = 0;

        if (glob(PATTERN, 0, NULL, &found) != 0)
                return -1;
        for (; n < found.gl_pathc && n < room; n++) {
                struct pool *pool = &pools[n];

                sscanf(found.gl_pathv[n],
                       "/sys/devices/system/node/node%u/hugepages/hugepages-%lukB", &pool->node,
                       &pool->kib);
                pool->fd = open(found.gl_pathv[n], O_RDONLY | O_CLOEXEC);
                pool->min = (unsigned long) -1;
        }
        globfree(&found);
        return (int) n;
}

static void sample(struct pool *pool)
{
        char text[32] = "";
        unsigned long pages;

        if (pread(pool->fd, text, sizeof(text) - 1, 0) <= 0)
                return;
        pages = strtoul(text, NULL, 10);
        if (pages < pool->min)
                pool->min = pages;
        if (pages > pool->max)
                pool->max = pages;
}

int main(int argc, char **argv)
{
        struct sigaction action = { .sa_handler = end };
        struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
        struct pool pools[64] = {};
        FILE *report = argc == 2 ? fopen(argv[1], "we") : NULL;
        int n = open_pools(pools, 64);

        sigaction(SIGTERM, &action, NULL);
        if (!report || n < 0)
                return 1;
        while (!ended) {
                for (int i = 0; i < n; i++)
                        sample(&pools[i]);
                nanosleep(&pause, NULL);
        }
        for (int i = 0; i < n; i++)
                fprintf(report, "node%u %lu min=%lu max=%lu\n", pools[i].node, pools[i].kib,
                        pools[i].min, pools[i].max);
        return fclose(report) == 0 ? 0 : 1;
}

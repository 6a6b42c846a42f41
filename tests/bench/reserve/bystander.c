/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program of ordinary priority that goes about its work while huge pages are being reserved, and
 * tells how long that made it wait at worst.
 *
 *   bystander NODE FILE
 *
 * Says "ready", and after a line on its standard input once more when it is under way on the node's
 * CPUs: every millisecond it writes to memory that it has, takes some new memory and gives it back,
 * and reads FILE. When its input ends it prints the longest time in milliseconds from when a round was
 * due until it was done. */

#include "state.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define OWN_PAGES 256UL
#define NEW_PAGES 16UL
#define PERIOD    (UINT64_C(1000) * 1000)
#define WARM_UP   20 /* rounds that do not count */

static uint64_t now_nsec(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t) now.tv_sec * 1000 * 1000 * 1000 + (uint64_t) now.tv_nsec;
}

static void sleep_until(uint64_t nsec)
{
        struct timespec until = { .tv_sec = (time_t) (nsec / (1000 * 1000 * 1000)),
                                  .tv_nsec = (long) (nsec % (1000 * 1000 * 1000)) };

        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static char *map_pages(size_t n)
{
        char *p = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED)
                die("mmap");
        return p;
}

static void touch(char *p, size_t n)
{
        for (size_t i = 0; i < n; i++)
                p[i * PAGE]++;
}

static void work(char *own, const char *file)
{
        char buffer[1024], *fresh = map_pages(NEW_PAGES);
        int fd = open(file, O_RDONLY | O_CLOEXEC);

        touch(own, OWN_PAGES);
        touch(fresh, NEW_PAGES);
        munmap(fresh, NEW_PAGES * PAGE);
        if (fd < 0 || read(fd, buffer, sizeof(buffer)) < 0)
                die(file);
        close(fd);
}

static void say_ready(void)
{
        puts("ready");
        fflush(stdout);
}

int main(int argc, char **argv)
{
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        uint64_t due, end, longest = 0;
        char *own, line[16];

        if (argc < 3)
                return EXIT_FAILURE;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        bind_to_node((unsigned) atoi(argv[1]), false);
        own = map_pages(OWN_PAGES);
        touch(own, OWN_PAGES);
        work(own, argv[2]);
        say_ready();
        if (!fgets(line, sizeof(line), stdin))
                return EXIT_SUCCESS;

        due = now_nsec();
        for (unsigned round = 0;; round++) {
                sleep_until(due);
                work(own, argv[2]);
                end = now_nsec();
                if (round >= WARM_UP && end - due > longest)
                        longest = end - due;
                if (round == WARM_UP)
                        say_ready();
                due = end - due > PERIOD ? end + PERIOD : due + PERIOD;
                if (poll(&input, 1, 0) != 0)
                        break;
        }
        printf("%.3f\n", (double) longest / 1e6);
        return EXIT_SUCCESS;
}

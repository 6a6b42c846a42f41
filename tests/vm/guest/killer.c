/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waits for a process that runs the program NAME (the last part of its path), lets it run for up to
 * MICROSECONDS, a random time, and kills it with SIGKILL. Ends with 0 and says so if it did, with 1 if
 * within SECONDS there was none or it ended by itself first. Says "ready" when it looks; only processes
 * younger than that count.
 *
 *   killer NAME MICROSECONDS SECONDS */

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static bool runs(pid_t pid, const char *name)
{
        char link[32], program[PATH_MAX];
        ssize_t length;
        const char *last;

        snprintf(link, sizeof(link), "/proc/%d/exe", pid);
        length = readlink(link, program, sizeof(program) - 1);
        if (length < 0)
                return false;
        program[length] = 0;
        last = strrchr(program, '/');
        return last && strcmp(last + 1, name) == 0;
}

/* The process id given last, the fifth word of /proc/loadavg: far cheaper than all of /proc. */
static pid_t newest(int loadavg)
{
        char text[128] = "";
        const char *word;

        if (pread(loadavg, text, sizeof(text) - 1, 0) <= 0)
                return 0;
        word = strrchr(text, ' ');
        return word ? (pid_t) atoi(word) : 0;
}

/* Among the youngest processes: one that was forked may still be on its way to its program. */
static pid_t find(int loadavg, const char *name, pid_t oldest)
{
        for (pid_t pid = newest(loadavg); pid > oldest; pid--)
                if (runs(pid, name))
                        return pid;
        return 0;
}

static void wait_for_up_to(unsigned long microseconds)
{
        unsigned random = 0;
        struct timespec pause = {};

        if (getrandom(&random, sizeof(random), 0) < 0 || microseconds == 0)
                return;
        random = (unsigned) (random % microseconds);
        pause.tv_sec = random / 1000000;
        pause.tv_nsec = (long) (random % 1000000) * 1000;
        nanosleep(&pause, NULL);
}

int main(int argc, char **argv)
{
        struct timespec pause = { .tv_nsec = 500 * 1000 };
        int loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
        pid_t oldest, pid;
        time_t end;

        if (argc != 4 || loadavg < 0)
                return 2;
        oldest = newest(loadavg);
        printf("ready\n");
        fflush(stdout);
        end = time(NULL) + atoi(argv[3]);
        while (!(pid = find(loadavg, argv[1], oldest))) {
                if (time(NULL) > end)
                        return 1;
                nanosleep(&pause, NULL);
        }
        wait_for_up_to(strtoul(argv[2], NULL, 10));
        if (!runs(pid, argv[1]) || kill(pid, SIGKILL) < 0)
                return 1;
        printf("killed %s (pid %d)\n", argv[1], pid);
        return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waits for a process that runs the program NAME (the last part of its path), lets it run for up to
 * MICROSECONDS, a random time, and kills it with SIGKILL. Ends with 0 and says so if it did, with 1 if
 * within SECONDS there was none or it ended by itself first.
 *
 *   killer NAME MICROSECONDS SECONDS */

#include <dirent.h>
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

static bool runs(const char *pid, const char *name)
{
        char link[64], program[PATH_MAX];
        ssize_t length;
        const char *last;

        snprintf(link, sizeof(link), "/proc/%.20s/exe", pid);
        length = readlink(link, program, sizeof(program) - 1);
        if (length < 0)
                return false;
        program[length] = 0;
        last = strrchr(program, '/');
        return last && strcmp(last + 1, name) == 0;
}

static pid_t find(const char *name)
{
        DIR *proc = opendir("/proc");
        struct dirent *entry;
        pid_t pid = 0;

        while (proc && !pid && (entry = readdir(proc)))
                if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && runs(entry->d_name, name))
                        pid = (pid_t) atoi(entry->d_name);
        if (proc)
                closedir(proc);
        return pid;
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
        struct timespec pause = { .tv_nsec = 200 * 1000 };
        char text[16];
        time_t end;
        pid_t pid;

        if (argc != 4)
                return 2;
        end = time(NULL) + atoi(argv[3]);
        while (!(pid = find(argv[1]))) {
                if (time(NULL) > end)
                        return 1;
                nanosleep(&pause, NULL);
        }
        wait_for_up_to(strtoul(argv[2], NULL, 10));
        snprintf(text, sizeof(text), "%d", pid);
        if (!runs(text, argv[1]) || kill(pid, SIGKILL) < 0)
                return 1;
        printf("killed %s (pid %d)\n", argv[1], pid);
        return 0;
}

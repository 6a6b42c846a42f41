/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* many-descriptors NUMBER [private]: that many open descriptors, over as many processes as it takes;
 * "private": each in a mount namespace of its own. Not dumpable, so that all of it looks like root's in
 * /proc. */

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/attacks/attack.h"

static unsigned long limit(void)
{
        struct rlimit rlimit;

        if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
                err(1, "getrlimit");
        rlimit.rlim_cur = rlimit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &rlimit) < 0)
                err(1, "setrlimit");
        return rlimit.rlim_cur - 64;
}

static void hoard(unsigned long number, int done)
{
        int fd = open("/dev/null", O_RDONLY);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (unsigned long i = 0; i < number; i++)
                if (dup(fd) < 0)
                        err(1, "dup %lu of %lu", i, number);
        prctl(PR_SET_DUMPABLE, 0);
        if (write(done, "x", 1) != 1)
                _exit(1);
        for (;;)
                pause();
}

int main(int argc, char **argv)
{
        unsigned long number = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, most = limit();
        int done[2];
        char c;

        if (pipe(done) < 0)
                err(1, "pipe");
        for (unsigned long left = number; left > 0;) {
                unsigned long n = left < most ? left : most;
                pid_t pid = fork();

                if (pid < 0)
                        err(1, "fork");
                if (pid == 0) {
                        if (argc > 2 && strcmp(argv[2], "private") == 0)
                                enter_own_namespaces();
                        hoard(n, done[1]);
                }
                if (read(done[0], &c, 1) != 1)
                        err(1, "read");
                left -= n;
        }
        hold();
}

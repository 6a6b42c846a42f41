/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* busy-directory DIRECTORY: holds the directory open and never stops making, moving and renaming things in
 * it, as any program does that logs into its working directory, only faster. What it made before it was
 * shut out it says at the end: "made N, refused M". Ends when its standard input does, with a last round that
 * begins after that: whoever closes it when the directory is gone finds it shut out however little of the
 * processor it got. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long made, refused;

static void count(int r)
{
        if (r >= 0)
                made++;
        else if (errno == EACCES || errno == EPERM || errno == ENOENT)
                refused++;
}

/* One round: a file, a directory with a file in it, and that directory under another name. */
static void be_busy(int directory, unsigned round)
{
        char name[32], other[32], inner[48];
        int fd;

        snprintf(name, sizeof(name), "file-%u", round % 64);
        fd = openat(directory, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        count(fd);
        if (fd >= 0)
                close(fd);

        snprintf(name, sizeof(name), "dir-%u", round % 64);
        snprintf(other, sizeof(other), "moved-%u", round % 64);
        snprintf(inner, sizeof(inner), "%s/file", name);
        count(mkdirat(directory, name, 0700));
        fd = openat(directory, inner, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0)
                close(fd);
        (void) renameat(directory, name, directory, other);
}

int main(int argc, char **argv)
{
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        bool last = false;
        int directory = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

        if (directory < 0) {
                perror(argc == 2 ? argv[1] : "usage: busy-directory DIRECTORY");
                return EXIT_FAILURE;
        }
        for (unsigned round = 0; !last; round++) {
                last = poll(&input, 1, 0) != 0;
                be_busy(directory, round);
                if (round == 64) {
                        puts("busy");
                        fflush(stdout);
                }
        }
        printf("made %lu, refused %lu\n", made, refused);
        return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* in-user-namespace COMMAND...: runs the command as root of a user namespace in which all users and groups
 * are the same as outside, with a mount namespace of its own. What only the machine's root may do, such as
 * writing trusted attributes, it may not. 77: there are no user namespaces. */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77

static int write_map(pid_t pid, const char *name)
{
        static const char map[] = "0 0 65536";
        char path[64];
        int fd, r;

        snprintf(path, sizeof(path), "/proc/%d/%s", (int) pid, name);
        fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return -1;
        r = write(fd, map, strlen(map)) == (ssize_t) strlen(map) ? 0 : -1;
        close(fd);
        return r;
}

/* Says when it is in the namespace, and goes on when that has its maps. */
static void run(char **command, int parent)
{
        char byte = 0;

        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 || write(parent, &byte, 1) != 1 ||
            read(parent, &byte, 1) != 1)
                _exit(SKIPPED);
        execvp(command[0], command);
        perror(command[0]);
        _exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
        int pair[2], status;
        char byte;
        pid_t pid;

        if (argc < 2 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
                return EXIT_FAILURE;
        pid = fork();
        if (pid < 0)
                return EXIT_FAILURE;
        if (pid == 0) {
                close(pair[0]);
                run(argv + 1, pair[1]);
        }

        close(pair[1]);
        if (read(pair[0], &byte, 1) == 1 && write_map(pid, "uid_map") == 0 &&
            write_map(pid, "gid_map") == 0 && write(pair[0], &byte, 1) != 1)
                return EXIT_FAILURE;
        close(pair[0]);
        if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
                return EXIT_FAILURE;
        return WEXITSTATUS(status);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* subordinate UID SUBORDINATE FILE: what a container of the user UID is: in a user namespace of his, with
 * himself as root and SUBORDINATE as its user 1 (as newuidmap(1) lets him), and a mount namespace with
 * copies that nothing reaches, a process of SUBORDINATE's has FILE open. */

#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/attacks/attack.h"

static void __attribute__((noreturn)) run(const char *file, int ready, int go)
{
        char c;

        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 || write(ready, "x", 1) != 1 ||
            read(go, &c, 1) != 1)
                err(1, "unshare");
        if (setuid(0) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
                err(1, "namespace");
        if (open(file, O_RDWR) < 0)
                err(1, "%s", file);
        if (setuid(1) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
                err(1, "setuid");
        if (write(ready, "x", 1) != 1)
                _exit(1);
        for (;;)
                pause();
}

int main(int argc, char **argv)
{
        int ready[2], go[2];
        char path[64], map[64], c;
        uid_t uid;
        pid_t pid;

        if (argc != 4)
                errx(1, "usage: %s UID SUBORDINATE FILE", argv[0]);
        uid = (uid_t) strtoul(argv[1], NULL, 10);
        if (pipe(ready) < 0 || pipe(go) < 0)
                err(1, "pipe");
        pid = fork();
        if (pid == 0) {
                if (setgroups(0, NULL) < 0 || setgid(uid) < 0 || setuid(uid) < 0)
                        err(1, "become %u", uid);
                run(argv[3], ready[1], go[0]);
        }
        if (read(ready[0], &c, 1) != 1)
                return 1;
        snprintf(path, sizeof(path), "/proc/%d/uid_map", (int) pid);
        snprintf(map, sizeof(map), "0 %u 1\n1 %s 1\n", uid, argv[2]);
        write_file(path, map);
        close(ready[1]);
        if (write(go[1], "x", 1) != 1 || read(ready[0], &c, 1) != 1)
                return 1;
        printf("holder %d\n", (int) pid);
        hold();
}

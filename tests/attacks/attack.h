/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the attackers have in common. */

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* Tells the test that it is done, and holds what it has until it is killed. */
static inline void __attribute__((noreturn)) hold(void)
{
        puts("ready");
        fflush(stdout);
        for (;;)
                pause();
}

static inline void write_file(const char *path, const char *text)
{
        int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, text, strlen(text)) < 0)
                err(1, "%s", path);
        close(fd);
}

/* Root of a user and a mount namespace of one's own, as every user may be, with a copy of all mounts
 * that nothing reaches any more. */
static inline void enter_own_namespaces(void)
{
        char map[64];
        uid_t uid = geteuid();
        gid_t gid = getegid();

        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
                err(1, "unshare");
        write_file("/proc/self/setgroups", "deny");
        snprintf(map, sizeof(map), "0 %u 1", uid);
        write_file("/proc/self/uid_map", map);
        snprintf(map, sizeof(map), "0 %u 1", gid);
        write_file("/proc/self/gid_map", map);
        if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
                err(1, "mount private");
}

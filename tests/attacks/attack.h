/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Shared by the attackers. */

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* Tells the test that the attack is in place, and keeps all resources until it is killed. */
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

/* Becomes root of a private user and mount namespace, as any user can, with a copy of all mounts to
 * which changes no longer propagate. */
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

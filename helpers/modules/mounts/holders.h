/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who is in the way: processes that have something of a file system open, mapped, as their working
 * directory or root, or that hold the mount in another mount namespace. From /proc, without ptrace
 * of anybody who is not root's to look at. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "basic/cleanup.h"

enum holder_use {
        HOLDER_OPEN = 1 << 0,
        HOLDER_MAPPED = 1 << 1,
        HOLDER_CWD = 1 << 2,
        HOLDER_ROOT = 1 << 3,
        HOLDER_NAMESPACE = 1 << 4, /* mounted in its mount namespace */
};
#define HOLDER_FILES (HOLDER_OPEN | HOLDER_MAPPED | HOLDER_CWD | HOLDER_ROOT)
#define HOLDER_ANY   (HOLDER_FILES | HOLDER_NAMESPACE)

struct holder {
        pid_t pid;
        uid_t uid;
        char *command; /* /proc/PID/comm */
        unsigned use;  /* HOLDER_... */
        char *region; /* one file of the file system it holds, relative to the mount; may be NULL */
};

struct holder_list {
        struct holder *holders;
        size_t n;
};

/* Adds to LIST the processes that hold the file system with the device number DEVICE in one of the
 * ways USES (HOLDER_...), ascending by pid; this process is left out. Of each mount namespace other
 * than ours that has the file system mounted, one process stands for all. Processes that end while
 * we look are no error. PROCFS is /proc, MOUNT_PATH where the file system is mounted here (regions
 * are named relative to it). */
int holders_find(int procfs, dev_t device, const char *mount_path, unsigned uses,
                 struct holder_list *list);

/* "pid 812 (user firedancer, command fdctl) has region solana.wksp mapped", names escaped. Caller
 * frees. */
int holder_format(const struct holder *holder, char **ret);

void holder_list_done(struct holder_list *list);

#define _cleanup_holders_ _cleanup_(holder_list_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who is in the way: processes that have something of a file system open, mapped, as their working
 * directory or root, or that hold the mount in another mount namespace. From /proc, without ptrace
 * of anybody who is not root's to look at. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum holder_use {
        HOLDER_OPEN = 1 << 0,
        HOLDER_MAPPED = 1 << 1,
        HOLDER_CWD = 1 << 2,
        HOLDER_ROOT = 1 << 3,
        HOLDER_NAMESPACE = 1 << 4, /* mounted in its mount namespace */
};

struct holder {
        pid_t pid;
        uid_t uid;
        char *command; /* /proc/PID/comm or the command line's first words */
        unsigned use;  /* HOLDER_... */
        char *region;  /* one file of the file system it holds, relative to the mount; may be NULL */
};

/* The processes that hold the file system with the device number DEVICE. Sorted by pid. */
int holders_find(int procfs, dev_t device, struct holder **ret, size_t *ret_n);

/* "holder: pid 812 (user firedancer, command fdctl) has region solana.wksp mapped". Caller frees. */
int holder_format(const struct holder *holder, const char *mount_path, char **ret);

void holders_free(struct holder *holders, size_t n);

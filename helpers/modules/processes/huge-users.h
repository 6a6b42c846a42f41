/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The processes that use huge pages of any kind: anonymous ones, memfds, SysV segments, files. Read from
 * a counter of each process (/proc/PID/status: HugetlbPages), for which the kernel takes no lock: the
 * mappings themselves can be locked by their owner for any length of time. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"

struct huge_user {
        pid_t pid;
        uid_t uid;
        char *command;
        uint64_t bytes; /* of huge pages of all sizes; those shared with others count for each */
};

struct huge_users {
        struct huge_user *users; /* ascending by pid */
        size_t n;
};

/* All processes of PROCFS but this one. */
int huge_users_find(int procfs, struct huge_users *ret);

/* "pid 136 (user postgres, command postgres) has 256 MiB of huge pages", names escaped. Caller frees. */
int huge_user_format(const struct huge_user *user, char **ret);

void huge_users_done(struct huge_users *users);

#define _cleanup_huge_users_ _cleanup_(huge_users_done)

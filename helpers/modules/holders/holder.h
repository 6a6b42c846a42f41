/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A process that holds something of a file system, and the search for such processes. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "helpers/modules/holders/access.h"
#include "helpers/modules/holders/namespaces.h"

enum holder_use {
        HOLDER_OPEN = 1 << 0,
        HOLDER_MAPPED = 1 << 1,
        HOLDER_CWD = 1 << 2,
        HOLDER_ROOT = 1 << 3,
        HOLDER_NAMESPACE = 1 << 4, /* mounted in its mount namespace, elsewhere */
};
#define HOLDER_FILES (HOLDER_OPEN | HOLDER_MAPPED | HOLDER_CWD | HOLDER_ROOT)
#define HOLDER_ANY   (HOLDER_FILES | HOLDER_NAMESPACE)

struct holder {
        pid_t pid;
        uid_t uid;
        char *command;       /* /proc/PID/comm */
        enum page_type type; /* of the mount, see struct holder_target */
        unsigned use;        /* HOLDER_... */
        char *region; /* one file of the file system it holds, relative to the mount, or where
                               * its namespace has it mounted; may be NULL */
};

struct holder_list {
        struct holder *holders;
        size_t n;
};

/* A mount to find the holders of. */
struct holder_target {
        const char *path; /* where it is mounted here; regions are named relative to it */
        struct access access;
        struct namespace_search search;
};

/* Links of processes without access that are read in one attempt. */
#define HOLDER_BUDGET 1000

struct holder_search {
        int procfs; /* /proc */
        unsigned uses;
        const struct holder_target *targets; /* at most N_PAGE_TYPES */
        size_t n_targets;
        bool in_other_namespaces; /* only processes outside our own mount namespace */
        unsigned *budget;         /* NULL: HOLDER_BUDGET */
};

/* "pid 812 (user firedancer, command fdctl) has region solana.wksp mapped", names escaped. Caller
 * frees. */
int holder_format(const struct holder *holder, char **ret);

/* Takes over the memory that HOLDER owns. -ENOMEM. */
int holder_list_add(struct holder_list *list, struct holder *holder);

void holder_list_done(struct holder_list *list);

#define _cleanup_holders_ _cleanup_(holder_list_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who is in the way: processes that have something of a file system open, mapped, as their working
 * directory or root, or that have it mounted in another mount namespace, elsewhere. From /proc, without
 * asking any file server.
 *
 * Processes that cannot have got to the domain by themselves hold something only if they were given it;
 * of those, a fixed number of descriptors is looked at, after all others: they may have millions. */

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

/* Links of processes without access that are looked at in one attempt at something. */
#define HOLDER_BUDGET 1000

struct holder_search {
        int procfs; /* /proc */
        unsigned uses;
        const struct holder_target *targets; /* at most N_PAGE_TYPES */
        size_t n_targets;
        bool in_other_namespaces; /* only processes outside our own mount namespace */
        unsigned *budget;         /* NULL: HOLDER_BUDGET */
};

/* Adds to LIST the processes that hold one of the targets, ascending by pid, one entry per target; this
 * process is left out. Of each mount namespace that has a target mounted elsewhere, one process stands
 * for all. Processes that end while we look are no error. */
int holders_search(const struct holder_search *search, struct holder_list *list);

/* The same for one mount here, at PATH, with the device number DEVICE. */
int holders_find(int procfs, dev_t device, const char *path, unsigned uses,
                 struct holder_list *list);

/* "pid 812 (user firedancer, command fdctl) has region solana.wksp mapped", names escaped. Caller
 * frees. */
int holder_format(const struct holder *holder, char **ret);

void holder_list_done(struct holder_list *list);

#define _cleanup_holders_ _cleanup_(holder_list_done)

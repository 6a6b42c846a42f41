/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Mount namespaces of other processes. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/mounts/mount-place.h"

/* The number of the mount namespace of the process PID (0: ours) in PROCFS; 0: it has ended. */
ino_t namespace_of(int procfs, pid_t pid);

/* A file system of ours to look for: by the device number, as long as it is mounted here; by its
 * identity, when it is not. PLACE is where it is mounted here. */
struct namespace_search {
        dev_t device; /* 0: by IDENTITY */
        struct ledger_mount_id identity;
        enum page_type type;
        const struct mount_place *place;
};

/* What the mount namespace of a process has of a file system. */
struct namespace_finding {
        char *elsewhere; /* a place on another directory entry than ours, where it stays when ours is
                          * removed; NULL: none. The caller frees it. */
        bool own_copy; /* a copy on our entry that does not follow ours: its users are not seen by an
                          * unmount */
};

/* TABLE is the mountinfo of the process whose directory is PROCESS. */
void namespace_look(int process, const struct mount_table *table,
                    const struct namespace_search *search, struct namespace_finding *ret);

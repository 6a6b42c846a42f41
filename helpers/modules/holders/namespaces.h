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

/* A file system of ours to search for: by the device number while it is mounted here, by its identity
 * otherwise. PLACE is where it is mounted here. */
struct namespace_search {
        dev_t device; /* 0: by IDENTITY */
        struct ledger_mount_id identity;
        enum page_type type;
        const struct mount_place *place;
};

/* The mounts of a file system in the mount namespace of a process. */
struct namespace_finding {
        char *elsewhere; /* a mount on a directory entry other than ours, which stays when ours is
                          * removed; NULL: none. The caller frees it. */
        bool own_copy; /* a copy on our entry that does not receive our unmount events: an unmount does
                        * not see its users */
};

/* TABLE is the mountinfo of the process whose directory is PROCESS. */
void namespace_look(int process, const struct mount_table *table,
                    const struct namespace_search *search, struct namespace_finding *ret);

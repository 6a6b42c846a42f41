/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mounts of a domain in our mount table, found by their identity wherever they are. The owner of the
 * base directory can rename a mount point in a namespace where nothing is mounted on it, and root can
 * move a mount anywhere. */

#include <sys/types.h>

#include "basic/words/page-type.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/mounts/mount-place.h"

struct mount_table;

struct own_mount {
        enum page_type type;
        char *path; /* where it is mounted */
        dev_t device;
        struct mount_place place;
        bool moved; /* it is not where it was made */
};

/* The mount at the domain's other place for TYPE (HugePath= and its like), or else the topmost one in the base
 * directory, or else the mount elsewhere that has the domain's
 * recorded identity. Where no identity is recorded, the place decides. -ENOENT: nothing of ours is
 * mounted. -EMEDIUMTYPE: RET->path has something else mounted over it, of the type *RET_OVER (text to
 * show, the caller frees it). The caller releases RET by own_mount_done() in any case. */
int own_mount_find(const struct mount_table *table, const struct ledger_domain *domain,
                   enum page_type type, struct own_mount *ret, char **ret_over);

/* Another place, which is not the domain's, where the file system of MOUNT is mounted here; NULL: none. The
 * caller frees it. */
char *own_mount_also_at(const struct mount_table *table, const struct ledger_domain *domain,
                        const struct own_mount *mount);

void own_mount_done(struct own_mount *mount);

#define _cleanup_own_mount_ _cleanup_(own_mount_done)

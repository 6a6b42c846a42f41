/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps of the escalation: each does one thing to a node's memory, in bounded time, and says in the
 * debug log what it was and how long it took. All return with the kernel's work done: 1 when they have
 * done something, 0 when they could not, and negative what growth_check() said. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/grow/growth.h"
#include "helpers/modules/kernel/free-blocks.h"

/* What was done, for the report. */
struct escalate_work {
        unsigned writes;
        unsigned compactions;
        uint64_t reclaimed; /* bytes, asked for */
        uint64_t nsec;      /* all together */
        bool slab_dropped;  /* directory entries and inodes */
};

/* Documentation/admin-guide/sysctl/vm.rst, drop_caches. 4, which keeps the kernel log quiet, holds for
 * ever once it is written, and many kernels take no sum with it (kernel/sysctl.c: 1 to 4). */
enum { DROP_CACHE = 1, DROP_SLAB = 2 };

/* Writes again as long as that pays: each write brought a good part of what is missing, or
 * anything and not much time is spent on it yet. PATIENT: as long as anything is allocated. Returns 0 or
 * a negative errno. */
int escalate_write(struct growth *growth, bool patient, struct escalate_work *work);

/* Compacts the node. */
int escalate_compact(struct growth *growth, struct escalate_work *work);

/* Frees BYTES on the node, clean page cache and reclaimable slab, by the mildest way that the kernel has:
 * nodeN/reclaim; else the cgroups' memory.reclaim, each its share. What that does not bring, and with
 * FORCE_DROP_CACHES all of it, comes from dropping caches, of all nodes: page cache, or slab, or both,
 * whatever is enough according to MEMORY. Dirty pages are written out before only if there is not enough
 * else, and processes' memory never. It may free less. */
int escalate_reclaim(struct growth *growth, const struct free_blocks *memory, uint64_t bytes,
                     bool force_drop_caches, struct escalate_work *work);

/* Gives back the pages that the slab allocator keeps though no object is in them: a single page of the
 * kernel's own small objects spoils a block for good. Nobody loses anything by it. */
int escalate_shrink_slabs(struct growth *growth, struct escalate_work *work);

/* Drops directory entries and inodes, of all nodes, and the slabs that leaves empty. */
int escalate_drop_slab(struct growth *growth, struct escalate_work *work);

/* WHAT, begun at BEGIN (clock_nsec()), is done: for the report and the debug log. */
void escalate_note(const struct growth *growth, struct escalate_work *work, uint64_t begin,
                   const char *what);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps of the escalation: each does one thing to a node's memory, in bounded time, and says in the
 * debug log what it was and how long it took. All return after the kernel's work is done: 1 if they have
 * done something, 0 if they could not, or the negative result of growth_check(). */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/grow/growth.h"
#include "helpers/modules/kernel/free-blocks.h"

/* The steps taken, for the report. */
struct escalate_work {
        unsigned writes;
        unsigned compactions;
        uint64_t reclaimed; /* bytes, asked for */
        uint64_t nsec;      /* all together */
        bool slab_dropped;  /* directory entries and inodes */
};

/* Documentation/admin-guide/sysctl/vm.rst, drop_caches. The value 4, which silences the kernel log,
 * cannot be undone, and many kernels do not accept it combined with others (kernel/sysctl.c: 1 to 4). */
enum { DROP_CACHE = 1, DROP_SLAB = 2 };

/* Repeats the write as long as that is worthwhile: while each write allocates a good part of the missing
 * pages, or any pages and little time has been spent so far. PATIENT: while any pages are allocated.
 * Returns 0 or a negative errno. */
int escalate_write(struct growth *growth, bool patient, struct escalate_work *work);

/* Compacts the node. */
int escalate_compact(struct growth *growth, struct escalate_work *work);

/* Frees BYTES on the node, clean page cache and reclaimable slab, by the least disruptive interface that
 * the kernel has: nodeN/reclaim; else the cgroups' memory.reclaim, each for its share. The rest, and with
 * FORCE_DROP_CACHES everything, is freed by dropping caches on all nodes: page cache, slab, or both, as
 * needed according to MEMORY. Dirty pages are written out first only if the rest is not enough, and
 * processes' memory never is. It may free less. */
int escalate_reclaim(struct growth *growth, const struct free_blocks *memory, uint64_t bytes,
                     bool force_drop_caches, struct escalate_work *work);

/* Releases the pages that the slab allocator keeps without objects in them: a single page of the kernel's
 * own small objects makes a block permanently unusable. This has no cost for others. */
int escalate_shrink_slabs(struct growth *growth, struct escalate_work *work);

/* Drops directory entries and inodes, of all nodes, and the slabs that become empty. */
int escalate_drop_slab(struct growth *growth, struct escalate_work *work);

/* Enters in the report and the debug log that WHAT, begun at BEGIN (clock_nsec()), is done. */
void escalate_note(const struct growth *growth, struct escalate_work *work, uint64_t begin,
                   const char *what);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The rungs: each does one thing to a node's memory, in bounded time, and tells the debug log what
 * it was and how long it took. All return with the kernel's work done. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/pools/growth.h"
#include "helpers/modules/pools/ladder-memory.h"

/* What was done, for the report. */
struct ladder_work {
        unsigned writes;
        unsigned compactions;
        uint64_t reclaimed; /* bytes, asked for */
        uint64_t nsec;      /* all together */
};

/* Writes again as long as that pays: each write brought a good part of what is missing, or
 * anything and not much time is spent on it yet. PATIENT: as long as anything comes. */
int ladder_write(struct growth *growth, bool patient, struct ladder_work *work);

/* Compacts the node. */
int ladder_compact(struct growth *growth, struct ladder_work *work);

/* Frees BYTES of clean page cache and reclaimable slab, on this node alone where the kernel can
 * (nodeN/reclaim), by dropping caches where it cannot: page cache, or slab, or both, whatever is
 * enough according to MEMORY. Dirty pages are written out before only if there is not enough else.
 */
int ladder_reclaim(struct growth *growth, const struct ladder_memory *memory, uint64_t bytes,
                   struct ladder_work *work);

/* Drops directory entries and inodes: their slabs lie between what can be moved. */
int ladder_drop_slab(struct growth *growth, struct ladder_work *work);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The rungs that free memory: clean page cache and reclaimable slab, as much as is missing, on the
 * node where it is missing as far as the kernel can tell them apart. Processes' memory is never
 * written out for it. */

#include "helpers/modules/grow/escalate-write.h"
#include "helpers/modules/kernel/free-blocks.h"

/* Frees BYTES on the node by the mildest way that the kernel has: nodeN/reclaim; else the cgroups'
 * memory.reclaim, each its share. What that does not bring, and with BLUNTLY all of it, comes from
 * dropping caches, of all nodes: page cache, or slab, or both, whatever is enough according to MEMORY.
 * Dirty pages are written out before only if there is not enough else. It may free less. */
int escalate_reclaim(struct growth *growth, const struct free_blocks *memory, uint64_t bytes,
                     bool force_drop_caches, struct escalate_work *work);

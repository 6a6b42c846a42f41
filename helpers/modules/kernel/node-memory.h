/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The use of a node's memory. */

#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

/* nodeN/meminfo and /proc/zoneinfo, in bytes. */
struct node_memory {
        uint64_t total;
        uint64_t free;    /* with what is on the CPUs' own lists (/proc/zoneinfo) */
        uint64_t movable; /* free memory and page cache in the movable zone */
        /* Page cache that can be dropped without immediate cost: Active+Inactive(file) less Dirty, and
         * less Mapped, the text of running programs. */
        uint64_t file_clean;
        uint64_t slab_reclaimable;
        uint64_t dirty; /* Dirty + Writeback */
        /* The memory that the kernel keeps free on the node: per zone the "high" watermark and the amount
         * protected for allocations that can use no other zone (/proc/zoneinfo). */
        uint64_t watermark;
};

int node_memory_read(int sysfs, int procfs, unsigned node, struct node_memory *ret);

/* Memory from which pages could be allocated: free memory and memory that the kernel can free without
 * writing anything out (clean page cache, reclaimable slab), less the zones' watermarks. */
uint64_t node_memory_available(const struct node_memory *memory);

/* Subtracts from MEMORY the part that cannot be used for pages of SIZE: gigantic pages are not allocated
 * from the movable zone, unless vm.movable_gigantic_pages is set (7.0 and newer). If that zone were
 * counted, they would take all of the other zones, which are the only ones that the kernel itself can
 * use. */
void node_memory_restrict(const struct machine *machine, struct page_size size,
                          struct node_memory *memory);

/* Memory of a node that is neither free nor page cache, in bytes. Values that the kernel does not show
 * are 0. */
struct node_uses {
        uint64_t kernel;  /* unreclaimable slab, page tables, stacks: cannot be moved */
        uint64_t locked;  /* mlock(2) */
        uint64_t process; /* anonymous and shared memory, locked or not: can be moved */
};

int node_uses_read(int sysfs, unsigned node, struct node_uses *ret);

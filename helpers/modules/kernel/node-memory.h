/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a node's memory is used for. */

#include <stdint.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"

/* nodeN/meminfo and /proc/zoneinfo, in bytes. */
struct node_memory {
        uint64_t total;
        uint64_t free;    /* with what is on the CPUs' own lists (/proc/zoneinfo) */
        uint64_t movable; /* free and page cache where the kernel puts nothing of its own */
        /* Page cache that can be dropped and is not missed at once: Active+Inactive(file) less Dirty,
         * and less Mapped, the text of running programs. */
        uint64_t file_clean;
        uint64_t slab_reclaimable;
        uint64_t dirty; /* Dirty + Writeback */
        /* What the kernel keeps back on the node: per zone the "high" watermark and what is protected
         * for those that can use no other zone (/proc/zoneinfo). */
        uint64_t watermark;
};

int node_memory_read(int sysfs, int procfs, unsigned node, struct node_memory *ret);

/* Memory that pages could be made of: free memory and what the kernel can free without writing anything
 * out (clean page cache, reclaimable slab), less the zones' watermarks. */
uint64_t node_memory_available(const struct node_memory *memory);

/* Subtracts from MEMORY what pages of TYPE cannot be made of: gigantic pages are kept out of the movable zone,
 * unless vm.movable_gigantic_pages says otherwise (7.0 and newer). If they were counted on it, they
 * would take all of the rest, which is all that the kernel itself can use. */
void node_memory_restrict(const struct machine *machine, enum page_type type,
                          struct node_memory *memory);

/* What of a node's memory is neither free nor page cache, in bytes. What the kernel does not show is
 * 0. */
struct node_uses {
        uint64_t kernel;  /* unreclaimable slab, page tables, stacks: cannot be moved */
        uint64_t locked;  /* mlock(2) */
        uint64_t process; /* anonymous and shared memory, locked or not: can be moved */
};

int node_uses_read(int sysfs, unsigned node, struct node_uses *ret);

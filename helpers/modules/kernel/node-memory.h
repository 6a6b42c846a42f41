/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a node's memory is used for. */

#include <stdint.h>

/* nodeN/meminfo and nodeN/vmstat, in bytes. */
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

/* What of a node's memory is neither free nor page cache, in bytes. What the kernel does not show is
 * 0. */
struct node_uses {
        uint64_t kernel;  /* unreclaimable slab, page tables, stacks: cannot be moved */
        uint64_t locked;  /* mlock(2) */
        uint64_t process; /* anonymous and shared memory, locked or not: can be moved */
};

int node_uses_read(int sysfs, unsigned node, struct node_uses *ret);

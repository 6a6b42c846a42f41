/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* NUMA nodes: which there are, their memory and their CPUs. Numbers may have holes; nodes may have
 * no memory or no CPU. */

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* nodeN/meminfo and nodeN/vmstat, in bytes. */
struct node_memory {
        uint64_t total;
        uint64_t free; /* with what is on the CPUs' own lists (/proc/zoneinfo) */
        uint64_t
                movable; /* free and page cache in the zone where the kernel puts nothing of its own */
        /* Page cache that can be dropped and is not missed at once: Active+Inactive(file) less Dirty,
         * and less Mapped, the text of running programs. */
        uint64_t file_clean;
        uint64_t slab_reclaimable;
        uint64_t dirty; /* Dirty + Writeback */
        /* What the kernel keeps back on the node: per zone the "high" watermark and what is protected
         * for those that can use no other zone (/proc/zoneinfo). */
        uint64_t watermark;
};

/* The nodes that have memory, ascending (node/has_memory, else node/online filtered by MemTotal).
 * Caller frees *RET. A kernel without NUMA has no such directory: -ENOENT. */
int numa_nodes(int sysfs, unsigned **ret, size_t *ret_n);

int numa_memory(int sysfs, int procfs, unsigned node, struct node_memory *ret);

/* What of a node's memory is neither free nor page cache, in bytes. What the kernel does not show is
 * 0. */
struct node_uses {
        uint64_t kernel;  /* unreclaimable slab, page tables, stacks: cannot be moved */
        uint64_t locked;  /* mlock(2) */
        uint64_t process; /* anonymous and shared memory, locked or not: can be moved */
};

int numa_uses(int sysfs, unsigned node, struct node_uses *ret);

/* The node's CPUs; CPU_COUNT() may be 0. */
int numa_cpus(int sysfs, unsigned node, cpu_set_t *ret);

/* Runs the calling thread on NODE's CPUs from here on, because the kernel works (and zeroes pages)
 * on the writer's CPU. A node without CPUs changes nothing and returns 0. */
int numa_pin(int sysfs, unsigned node);

/* Has the calling thread allocate memory on NODE alone, until numa_unbind(). */
int numa_bind(unsigned node);
void numa_unbind(void);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* NUMA nodes, their memory and their CPUs. Numbers may have holes; nodes may have no memory or no CPU. */

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The nodes that have memory, ascending (node/has_memory, else node/online filtered by MemTotal).
 * Caller frees *RET. A kernel without NUMA has no such directory: -ENOENT. */
int numa_nodes(int sysfs, unsigned **ret, size_t *ret_n);

/* The node's CPUs; CPU_COUNT() may be 0. */
int numa_cpus(int sysfs, unsigned node, cpu_set_t *ret);

/* Runs the calling thread on NODE's CPUs from here on, because the kernel works (and zeroes pages)
 * on the writer's CPU. A node without CPUs changes nothing and returns 0. */
int numa_pin(int sysfs, unsigned node);

/* Makes the calling thread allocate memory only on NODE, until numa_unbind(). */
int numa_bind(unsigned node);
void numa_unbind(void);

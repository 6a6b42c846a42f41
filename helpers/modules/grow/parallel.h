/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Grows a pool on several CPUs in parallel. The kernel zeroes each page as it allocates it
 * (init_on_alloc=1, the default of Debian's and Ubuntu's kernels), a write to nr_hugepages does so on one
 * CPU, and two writes for the same page size do not run in parallel (mm/hugetlb.c: resize_lock). Surplus
 * pages are allocated without that lock, and a write then makes them persistent immediately. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"

/* State of one run of a helper, over all nodes. Initially zero. */
struct parallel {
        bool forced;             /* do it even if it does not look faster; for tests */
        bool off;                /* it does not work, does not work as expected, or is not faster */
        uint64_t added;          /* pages that this run has added, by any method, on all nodes */
        uint64_t plain_nsec;     /* time per page in the fastest plain write, 0: there was none */
        unsigned usable_samples; /* measurements that took long enough to be significant */
        unsigned slow;           /* how often it was no faster than that */
};

/* Is it worth trying for PAGES more pages of SIZE? Costs nothing to ask. */
bool parallel_pays(const struct parallel *parallel, struct page_size size, uint64_t pages);

/* Makes PAGES more pages persistent on NODE, and reads back *RET. Either all of them are added, on that
 * node, without changing other pools or anything else, or none; then it is not tried again in this run.
 * The caller runs on the node's CPUs. Safe to be killed at any moment: settings that it leaves changed
 * are put back by settings_restore().
 *
 * 1: done. 0: nothing was done, a plain write should. Negative: an error of the pool's files. */
int parallel_grow(struct parallel *parallel, const struct machine *machine, unsigned node,
                  struct page_size size, uint64_t pages, struct pool_counts *ret);

/* Records that PAGES were added to NODE's pool within NSEC, IN_PARALLEL or by a plain write. */
void parallel_note(struct parallel *parallel, bool in_parallel, uint64_t pages, uint64_t nsec);

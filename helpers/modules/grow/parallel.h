/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Growing a pool on several CPUs at once. The kernel zeroes each page as it allocates it
 * (init_on_alloc=1, the default of Debian's and Ubuntu's kernels), a write to nr_hugepages does
 * so on one CPU, and no two writes of one page size run side by side (mm/hugetlb.c:
 * resize_lock). Surplus pages are made without that lock, and a write then makes them persistent
 * at once. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"

/* Of one run of a helper, over all nodes. Begins with zeros. */
struct parallel {
        bool forced;         /* do it whether or not it looks as if it paid; for tests */
        bool off;            /* it does not work, or not as it should, or does not pay */
        uint64_t added;      /* pages that this run has added, by whatever way, on all nodes */
        uint64_t plain_nsec; /* what a page took in the fastest plain write, 0: there was none */
        unsigned usable_samples; /* of those that took long enough to tell */
        unsigned slow;           /* times that it was no faster than that */
};

/* Is it worth trying for PAGES more pages of TYPE? Costs nothing to ask. */
bool parallel_pays(const struct parallel *parallel, enum page_type type, uint64_t pages);

/* Makes PAGES more pages persistent on NODE, and reads back: *RET. All of them, on that node,
 * with no other pool touched and all else as it was, or none, and then not again in this run.
 * The caller runs on the node's CPUs. Safe to be killed at any moment: what it left of settings
 * is put back by settings_restore().
 *
 * 1: done. 0: nothing was done, a plain write should. Negative: an error of the pool's files. */
int parallel_grow(struct parallel *parallel, const struct machine *machine, unsigned node,
                  enum page_type type, uint64_t pages, struct pool_counts *ret);

/* Tells of PAGES that came on NODE's pool within NSEC, IN_PARALLEL or by a plain write. */
void parallel_note(struct parallel *parallel, bool in_parallel, uint64_t pages, uint64_t nsec);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Surplus pages, allocated by several CPUs in parallel, which a write to nr_hugepages then makes
 * persistent. Until then they belong to this process, and are freed when it dies. */

#include <stddef.h>
#include <stdint.h>

#include "basic/words/page-size.h"

struct surplus {
        int *fds; /* each promises some */
        size_t n_fds;
};

/* Makes the kernel promise FREE + PAGES huge pages of SIZE: the first FREE are those that are free in the
 * pools; for the others, THREADS threads, each on one of the CPUs that we may run on, make it allocate
 * (and zero) new ones, bound to NODE. nr_overcommit_hugepages must allow that many.
 *
 * The caller must check on which node they were allocated: older kernels ignore the binding here, and all
 * use other nodes when the node runs out of whole blocks (mm/hugetlb.c: gather_surplus_pages). Negative
 * errno, not logged: nothing is promised, nothing allocated. */
int surplus_make(struct page_size size, unsigned node, uint64_t free_pages, uint64_t pages,
                 unsigned threads, struct surplus *ret);

/* Pages that are still surplus are returned to the kernel; those that were made persistent are free in
 * the pool. */
void surplus_release(struct surplus *surplus);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Pages beyond a pool's number, made by several CPUs at once, which a write to nr_hugepages then
 * turns into pages of the pool. They belong to this process: when it dies, they are gone. */

#include <stddef.h>
#include <stdint.h>

#include "basic/page-type.h"

struct surplus {
        int *fds; /* each promises some */
        size_t n_fds;
};

/* Has the kernel promise FREE + PAGES huge pages of TYPE: the first FREE are those that are
 * free in the pools, so that for the others THREADS threads, each on one of the CPUs that we may
 * run on, have it allocate (and zero) new ones, bound to NODE. As many must be allowed by
 * nr_overcommit_hugepages.
 *
 * Where they come to lie is for the caller to look at: older kernels know no binding here, and
 * none keeps to the node when that runs out of whole blocks (mm/hugetlb.c:
 * gather_surplus_pages). Negative errno, not logged: nothing is promised, nothing allocated. */
int surplus_make(enum page_type type, unsigned node, uint64_t free_pages, uint64_t pages,
                 unsigned threads, struct surplus *ret);

/* What is still surplus goes back to the kernel; what has become the pool's is free in it. */
void surplus_release(struct surplus *surplus);

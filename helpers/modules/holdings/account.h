/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ownership of a pool's pages, derived from their number alone: the kernel does not tell who changed
 * it. Pure functions; all numbers are persistent pages of one pool.
 *
 * The baseline is the number of pages that the pool holds for others, including pages that a domain has
 * adopted; the rest was added by fd-shmem. As long as the number equals their sum, nobody else has
 * written to the pool.
 *
 * More: others have added pages, and the baseline is raised by the difference.
 *
 * Less: somebody has written another number ("sysctl --system", a package's script), without regard to
 * ours. The remaining pages up to the baseline belong to others, as they would without us; those above it
 * are ours. So the missing pages are taken first from those that we added, as long as there are any.
 *
 * Two cases cannot be detected: others' changes that cancel each other out between two reads, and an
 * absolute number written by somebody else that is not lower than the sum ("echo 20" and "eight more"
 * look alike). */

#include <stdint.h>

struct account {
        uint64_t others; /* the baseline */
        uint64_t ours;
};

/* The account of a pool that is read for the first time, with OURS pages added by us and ADOPTED of the
 * others' pages in use by domains: the rest belongs to others. */
struct account account_open(uint64_t persistent, uint64_t ours, uint64_t adopted);

/* Updates the account of a pool that now has PERSISTENT pages. */
struct account account_judge(struct account account, uint64_t persistent);

/* The number of pages that our write from BEFORE pages to TARGET added, if the pool has NOW pages after
 * it: those above TARGET were added since. */
uint64_t account_gained(uint64_t before, uint64_t target, uint64_t now);

/* The number of our pages, of ADDED ones, if the writer died around such a write after announcing it. A
 * growing write can end at any page, if no more can be allocated or a signal arrives: the pages allocated
 * are ours, unless there are more than it asked for. A shrinking one is done in one go, under the
 * kernel's lock (mm/hugetlb.c: set_max_huge_pages), if it is done at all.
 *
 * A number that the write alone does not explain proves that somebody else has written since, and the
 * number before that write is not known. Then *RET_DOUBT pages may be ours, and are counted as others'. */
uint64_t account_inherit(uint64_t added, uint64_t before, uint64_t target, uint64_t now,
                         uint64_t *ret_doubt);

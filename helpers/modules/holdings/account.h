/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whose the pages of a pool are, told from its number alone: the kernel does not say who changed it.
 * Pure functions; all numbers are persistent pages of one pool.
 *
 * The baseline is what the pool holds for others, pages that a domain has adopted included; the rest is
 * what fd-shmem added. As long as the number is their sum, nobody else has written.
 *
 * More: others have added to it, and the baseline is so much higher.
 *
 * Less: somebody has written another number ("sysctl --system", a package's script), as if there
 * were nobody else. What is left up to the baseline is the others', as it would be without us; what is
 * above it is ours. So the pages taken are first of all those that we added, for as long as there is any.
 *
 * What cannot be told: others' changes that cancel each other out between two looks, and a number of his
 * own that is no lower than the sum ("echo 20" and "eight more" look alike). */

#include <stdint.h>

struct account {
        uint64_t others; /* the baseline */
        uint64_t ours;
};

/* The account of a pool that was never looked at before, with OURS pages added and ADOPTED of the others'
 * in use by domains: for the rest, what is there is the others'. */
struct account account_open(uint64_t persistent, uint64_t ours, uint64_t adopted);

/* What the account is now that the pool has PERSISTENT pages. */
struct account account_judge(struct account account, uint64_t persistent);

/* What a write of ours, from BEFORE pages to TARGET, brought by which the pool has NOW: what is above
 * TARGET has come since. */
uint64_t account_gained(uint64_t before, uint64_t target, uint64_t now);

/* How many pages are ours of ADDED ones, when the writer died somewhere around such a write, which was
 * announced. A growing write ends at any page, when none are to be had or a signal comes: what has come
 * is ours, unless there is more than it asked for. A shrinking one is done at once, under the kernel's
 * lock (mm/hugetlb.c: set_max_huge_pages), if it is done at all.
 *
 * A number that the write alone does not explain proves that somebody else has written since, and what he
 * found is not known. *RET_DOUBT pages may be ours then, and are left with the others. */
uint64_t account_inherit(uint64_t added, uint64_t before, uint64_t target, uint64_t now,
                         uint64_t *ret_doubt);

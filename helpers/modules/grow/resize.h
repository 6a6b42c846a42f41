/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One change of one pool, checked. */

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/pool.h"

/* Surplus pages of this size on all nodes but NODE. */
int resize_surplus_elsewhere(int sysfs, unsigned node, struct page_size size, uint64_t *ret);

/* Asks for TARGET persistent pages and reads back the result; fewer pages are not an error.
 *
 * Kernels before 6.7 add the surplus pages of the other nodes to what is written to a node's file
 * (mm/hugetlb.c: set_max_huge_pages counted them into "count"), and a smaller number cannot be written
 * that way. So if there are any, the number is written for all nodes together, bound to this one. The
 * result is more than TARGET only if surplus appears in between, which a few rounds correct, or if this
 * method is not available. */
int resize_pool(int sysfs, unsigned node, struct page_size size, uint64_t target,
                struct pool_counts *ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One change of one pool, checked. */

#include "basic/pagetype.h"
#include "helpers/modules/pool.h"

/* Surplus pages of this type on all other nodes; 0 if the kernel does not say. */
int resize_surplus_elsewhere(int sysfs, unsigned node, enum page_type type, uint64_t *ret);

/* Asks for TARGET persistent pages and reads back what came of it; fewer is no error. Kernels before
 * 6.7 add the surplus pages of the other nodes to what is written to a node
 * (mm/hugetlb.c: set_max_huge_pages counted them into "count"): if that is what the pool shows, the
 * number written is lowered by them. */
int resize_pool(int sysfs, unsigned node, enum page_type type, uint64_t target,
                struct pool_counts *ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One change of one pool, checked. */

#include "basic/page-type.h"
#include "helpers/modules/kernel/pool.h"

/* Surplus pages of this type on all nodes but NODE. */
int resize_surplus_elsewhere(int sysfs, unsigned node, enum page_type type, uint64_t *ret);

/* Asks for TARGET persistent pages and reads back what came of it; fewer is no error.
 *
 * Kernels before 6.7 add the surplus pages of the other nodes to what is written to a node's file
 * (mm/hugetlb.c: set_max_huge_pages counted them into "count"), and cannot be told less that way. So
 * where there are any, the number is written for all nodes together, bound to this one. More than
 * TARGET comes out only if the surplus appears in between, which a few rounds correct, or if that way
 * is barred. */
int resize_pool(int sysfs, unsigned node, enum page_type type, uint64_t target,
                struct pool_counts *ret);

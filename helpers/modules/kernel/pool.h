/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One pool: the huge pages of one size on one node, and the three counters that the kernel shows
 * (Documentation/admin-guide/mm/hugetlbpage.rst). All numbers are pages. */

#include <stdint.h>

#include "basic/words/page-size.h"

struct pool_counts {
        uint64_t total;   /* nr_hugepages of the node, surplus included */
        uint64_t free;    /* not in use; may still be promised (reserved) */
        uint64_t surplus; /* beyond the persistent number; returned to the kernel when released */
};

/* The persistent pages, the number set by a write to nr_hugepages. */
static inline uint64_t pool_persistent(const struct pool_counts *counts)
{
        return counts->total > counts->surplus ? counts->total - counts->surplus : 0;
}

/* The path below /sys of a FILE ("nr_hugepages", ...) of one node's pool, and of all nodes together. */
struct pool_path {
        char text[128];
};
struct pool_path pool_path_node(unsigned node, struct page_size size, const char *file);
struct pool_path pool_path_all(struct page_size size, const char *file);

/* -ENOENT: no such node, or a kernel (or CPU) without pages of this size. */
int pool_read(int sysfs, unsigned node, struct page_size size, struct pool_counts *ret);

/* Asks the kernel for PAGES persistent pages. Success does not mean that they were allocated
 * (mm/hugetlb.c: set_max_huge_pages never reports a short allocation): read back. */
int pool_write(int sysfs, unsigned node, struct page_size size, uint64_t pages);

/* The counters of all nodes together (free and surplus included). */
int pool_read_all(int sysfs, struct page_size size, struct pool_counts *ret);
int pool_surplus_all(int sysfs, struct page_size size, uint64_t *ret);

/* Asks the kernel for TOTAL persistent pages on all nodes together, of which only NODE's pool is to
 * change (nr_hugepages_mempolicy, written under a memory policy limited to that node). Unlike a write to
 * the node's own file, this is right on kernels before 6.7 when other nodes have surplus pages. -ENOSYS,
 * -ENOENT and similar: the kernel does not support this. */
int pool_write_bound(int sysfs, unsigned node, struct page_size size, uint64_t total);

/* The page sizes that the kernel has, ascending; returns how many there are, or negative errno. */
#define POOL_SIZES_MAX 32
int pool_sizes(int sysfs, struct page_size ret[POOL_SIZES_MAX]);

/* "64K, 2M, 32M and 1G": the same as text; "none" where the kernel shows none. */
struct pool_sizes_text {
        char text[192];
};
struct pool_sizes_text pool_sizes_text(int sysfs);

/* Free pages of this size that are promised to mappings and mounts, over all nodes (resv_hugepages
 * has no per-node counter). */
int pool_reserved(int sysfs, struct page_size size, uint64_t *ret);

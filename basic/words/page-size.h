/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The size of a huge page. It identifies a pool: page types are names that each domain gives to sizes, and two
 * domains may give different ones to the same. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/words/page-type.h"

/* A type of its own, so that it is not mixed up with a page type or with a number of pages. */
struct page_size {
        uint64_t bytes; /* a power of two; 0: there is no such page */
};

/* The size that pages of TYPE have unless a domain declares another one. */
struct page_size page_size_default(enum page_type type);

static inline bool page_size_equal(struct page_size a, struct page_size b)
{
        return a.bytes == b.bytes;
}

/* Whether the kernel makes such pages of a range of memory (mm/page_alloc.c: alloc_contig_range), because they are
 * larger than the blocks of its allocator. */
static inline bool page_size_is_gigantic(struct page_size size)
{
        return size.bytes > page_block_size();
}

/* The name of the pools of this size, in messages, in the ledger and of locks: that of the type whose default it
 * is ("huge"), or else the size, as page_size_text() has it ("32M"). */
const char *page_size_name(struct page_size size);

/* "64K", "32M", "16G": the shortest text, as it is written in fd-shmem.conf. */
const char *page_size_text(struct page_size size);

/* "64K", "32M", "1024M": the value of hugetlbfs's pagesize= as the kernel prints it in /proc/mounts
 * (fs/hugetlbfs/inode.c: hugetlbfs_show_options). */
struct page_size_option {
        char text[24];
};
struct page_size_option page_size_option(struct page_size size);

/* Parses any of these texts. -EINVAL: it is none, or no power of two. */
int page_size_parse(const char *text, struct page_size *ret);

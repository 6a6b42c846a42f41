/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The fragmentation of a node's memory. */

#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/node-memory.h"

/* In bytes. Values that the kernel does not show are 0. */
struct free_blocks {
        struct node_memory node;
        struct node_uses uses;
        uint64_t free_whole; /* free in blocks that hold a page of the size (/proc/buddyinfo) */
        uint64_t free_stuck; /* free fragments in blocks that compaction does not move pages to
                              * (pagetypeinfo) */
        uint64_t unmovable_blocks; /* blocks given to unmovable memory (the same) */
};

int free_blocks_read(const struct machine *machine, unsigned node, struct page_size size,
                     struct free_blocks *ret);

/* Pages of SIZE for which whole blocks are free (/proc/buddyinfo), watermarks or not: cheap to read.
 * -ENODATA: the kernel does not show it, or not for pages of that size. */
int free_blocks_whole(const struct machine *machine, unsigned node, struct page_size size,
                      uint64_t *ret);

/* Free memory of which blocks could be made without going below the watermarks. */
static inline uint64_t free_blocks_spare(const struct free_blocks *memory)
{
        const struct node_memory *node = &memory->node;
        uint64_t unusable = node->watermark + memory->free_stuck;

        return node->free > unusable ? node->free - unusable : 0;
}

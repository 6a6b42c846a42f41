/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One node's pool while it grows: the state shared by grow.c and the escalation. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/grow/task.h"

struct growth {
        const struct grow_task *task;
        uint64_t target;     /* persistent pages */
        uint64_t persistent; /* pages, read back after every write */
        uint64_t chunk;      /* bytes of the next write */
        /* Pages for which whole blocks were free before any write, less those allocated since;
         * UINT64_MAX: not known. */
        uint64_t whole_blocks;
        uint64_t page_nsec; /* time per page in the last write */
        uint64_t page_nsec_best;
        uint64_t checked_nsec; /* when the headroom was checked */
        bool in_parallel;      /* the last write was done in parallel */
        bool came_short;       /* a write has allocated less than requested */
};

/* Begins: reads the pool. Errors are logged. */
int growth_begin(struct growth *growth);

/* To be called between any two lengthy operations: reports the progress to the watch, and checks that the
 * headroom is kept. ACTIVITY: the next operation, or NULL for a write. Negative: give up with that errno,
 * which has been logged; -ENOSPC before a write that would leave less than half of the headroom. The
 * other half allows for memory that others have allocated since the growth was decided, which must not
 * make it fail. */
int growth_check(struct growth *growth, const char *activity);

/* One write of at most a chunk, checked before and read back after; on all CPUs of the node, where that
 * is faster and as long as the pages are allocated quickly. Errors are logged. */
int growth_write(struct growth *growth);

/* Pages are allocated, but the kernel reclaims or compacts for each of them, and would continue to do so:
 * freeing and compacting everything in one go is faster. */
bool growth_is_slow(const struct growth *growth);

static inline uint64_t growth_missing(const struct growth *growth)
{
        return growth->target > growth->persistent ? growth->target - growth->persistent : 0;
}

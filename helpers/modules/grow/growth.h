/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One node's pool on its way to a number: what grow.c and the ladder share. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/grow/grow.h"

/* Bytes that one write asks for at most, but for a single page. */
#define GROWTH_CHUNK_MAX (UINT64_C(16) * 1024 * 1024 * 1024)

struct growth {
        const struct machine *machine;
        unsigned node;
        enum page_type type;
        uint64_t target; /* persistent pages */
        const struct grow_policy *policy;
        uint64_t chunk;      /* bytes of the next write */
        uint64_t persistent; /* pages, read back after every write */
        /* Pages for which whole blocks stand ready, before any write less those that came since;
         * UINT64_MAX: not known. */
        uint64_t whole;
        uint64_t page_nsec; /* what a page took in the last write */
        uint64_t page_nsec_best;
        bool in_parallel; /* so was the last write */
        bool short_of;    /* a write has brought less than was asked of it */
};

/* Begins: reads the pool. Errors are logged. */
int growth_begin(struct growth *growth);

/* Tells the policy how far it has come; negative: give up with that errno. To be called between any
 * two things that take long. */
int growth_check(const struct growth *growth);

/* One write of at most a chunk, checked before and read back after; on all CPUs of the node, where
 * that pays and as long as the pages come easily. Errors are logged, but for those of
 * growth_check(). */
int growth_write(struct growth *growth);

/* Pages come, but the kernel reclaims or compacts for each of them, and it would go on: freeing and
 * compacting everything at once is faster. */
bool growth_is_slow(const struct growth *growth);

static inline uint64_t growth_missing(const struct growth *growth)
{
        return growth->target > growth->persistent ? growth->target - growth->persistent : 0;
}

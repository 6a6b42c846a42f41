/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pools/growth.h"

#include <time.h>

#include "basic/log.h"
#include "helpers/modules/pools/resize.h"

#define MIB (UINT64_C(1024) * 1024)

/* One write should take half a second at most: nobody can stop it cleanly, and kernels from about
 * 6.7 show no progress within it. The first is small, the following adapt. */
#define CHUNK_FIRST    (64 * MIB)
#define CHUNK_MAX      (1024 * MIB)
#define CHUNK_NSEC_MAX (500 * 1000 * 1000)

uint64_t growth_now_nsec(void)
{
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

/* Where all pages have to be zeroed, all are slow: only a change tells that the allocator has run
 * out of whole blocks and compacts for each page. Seen here, 6.18, no zeroing: 2 microseconds a
 * page, and then 3 milliseconds; compacting all of the 24 GiB takes 100 to 400. */
#define LABORIOUS_FACTOR   8
#define LABORIOUS_NSEC_MIN (500 * 1000 * 1000)

bool growth_is_laborious(const struct growth *growth)
{
        /* Every one of those is made by moving what is in the way. */
        if (growth->type == PAGE_GIGANTIC)
                return false;

        return growth->page_nsec / LABORIOUS_FACTOR > growth->page_nsec_best &&
               growth->page_nsec * growth_missing(growth) > LABORIOUS_NSEC_MIN;
}

static void note_speed(struct growth *growth, uint64_t gained, uint64_t nsec)
{
        if (gained == 0)
                return;

        growth->page_nsec = nsec / gained;
        if (growth->page_nsec_best == 0 || growth->page_nsec < growth->page_nsec_best)
                growth->page_nsec_best = growth->page_nsec ?: 1;
}

/* The size of the next write, in bytes, after one of CHUNK bytes that took NSEC. */
static uint64_t next_chunk(uint64_t chunk, uint64_t nsec)
{
        if (nsec > CHUNK_NSEC_MAX)
                return chunk / 2;
        if (nsec < CHUNK_NSEC_MAX / 8 && chunk < CHUNK_MAX)
                return chunk * 4 < CHUNK_MAX ? chunk * 4 : CHUNK_MAX;
        return chunk;
}

int growth_begin(struct growth *growth)
{
        struct pool_counts counts;
        int r;

        r = pool_read(growth->machine->sysfs, growth->node, growth->type, &counts);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                       growth->node, page_type_name(growth->type));

        growth->chunk = CHUNK_FIRST;
        growth->persistent = pool_persistent(&counts);
        return 0;
}

int growth_check(const struct growth *growth)
{
        const struct grow_policy *policy = growth->policy;

        if (!policy->progress)
                return 0;

        return policy->progress(growth->node, growth->persistent, growth->target, policy->userdata);
}

int growth_write(struct growth *growth)
{
        uint64_t pages = growth->chunk / page_type_size(growth->type);
        uint64_t missing = growth_missing(growth), begin, nsec;
        struct pool_counts counts;
        int r;

        r = growth_check(growth);
        if (r < 0)
                return r;

        if (pages == 0)
                pages = 1;
        begin = growth_now_nsec();
        r = resize_pool(growth->machine->sysfs, growth->node, growth->type,
                        growth->persistent + (pages < missing ? pages : missing), &counts);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot change the pool of %s pages: %m",
                                       growth->node, page_type_name(growth->type));

        nsec = growth_now_nsec() - begin;
        growth->chunk = next_chunk(growth->chunk, nsec);
        growth->persistent = pool_persistent(&counts);
        note_speed(growth, missing - growth_missing(growth), nsec);
        return 0;
}

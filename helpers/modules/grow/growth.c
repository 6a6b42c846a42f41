/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/growth.h"


#include "basic/clock.h"
#include "basic/log.h"
#include "basic/units.h"
#include "helpers/modules/grow/parallel.h"
#include "helpers/modules/grow/resize.h"
#include "helpers/modules/kernel/free-blocks.h"

/* One write should take half a second at most: nobody can stop it cleanly, and kernels from about
 * 6.7 show no progress within it. The first is small, the following adapt; where nothing is zeroed,
 * 8 GiB in writes of 1 GiB took a fifth longer than in one (6.18). */
#define CHUNK_FIRST    (16 * MIB)
#define CHUNK_NSEC_MAX (500 * 1000 * 1000)

/* Where all pages have to be zeroed, all are slow: only a change tells that the allocator has run
 * out of whole blocks and compacts for each page. Seen here, 6.18, no zeroing: 2 microseconds a
 * page, and then 3 milliseconds; compacting all of the 24 GiB takes 100 to 400. */
#define LABORIOUS_FACTOR   8
#define LABORIOUS_NSEC_MIN (250 * 1000 * 1000)

bool growth_is_slow(const struct growth *growth)
{
        /* Every one of those is made by moving what is in the way. */
        if (growth->type == PAGE_GIGANTIC)
                return false;
        if (growth->whole > 0 && growth->whole != UINT64_MAX)
                return false;

        return growth->page_nsec / LABORIOUS_FACTOR > growth->page_nsec_best &&
               growth->page_nsec * growth_missing(growth) > LABORIOUS_NSEC_MIN;
}

static void note_speed(struct growth *growth, bool in_parallel, uint64_t gained, uint64_t nsec)
{
        if (growth->policy->parallel)
                parallel_note(growth->policy->parallel, in_parallel, gained, nsec);
        if (gained == 0)
                return;

        if (in_parallel != growth->in_parallel)
                growth->page_nsec_best = 0; /* no measure for the other way */
        growth->in_parallel = in_parallel;
        growth->page_nsec = nsec / gained;
        if (growth->whole == 0) /* no measure: whole blocks come faster */
                return;
        if (growth->page_nsec_best == 0 || growth->page_nsec < growth->page_nsec_best)
                growth->page_nsec_best = growth->page_nsec ?: 1;
}

/* The size of the next write, in bytes, after one of CHUNK bytes that took NSEC: at most eight times
 * as much, and no more than three quarters of the time. */
static uint64_t next_chunk(uint64_t chunk, uint64_t nsec)
{
        uint64_t next = chunk * 8;

        if (nsec > CHUNK_NSEC_MAX)
                return chunk / 2;
        if (nsec > CHUNK_NSEC_MAX / 2)
                return chunk;
        if (nsec > CHUNK_NSEC_MAX / 16)
                next = chunk * (CHUNK_NSEC_MAX / 4 * 3) / nsec;
        if (next > chunk * 8)
                next = chunk * 8;
        return next < GROWTH_CHUNK_MAX ? next : GROWTH_CHUNK_MAX;
}

static int read_pool(const struct growth *growth, struct pool_counts *ret)
{
        int r = pool_read(growth->machine->sysfs, growth->node, growth->type, ret);

        return r < 0 ? log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                       growth->node, page_type_name(growth->type))
                     : 0;
}

/* Reads the pool, which others may have changed. */
static int look(struct growth *growth, struct pool_counts *ret)
{
        const struct grow_account *account = growth->policy->account;
        int r;

        r = read_pool(growth, ret);
        if (r < 0)
                return r;
        growth->persistent = pool_persistent(ret);
        return account ? account->look(ret, &growth->target, account->userdata) : 0;
}

/* How often a write is put off because somebody else changes the pool right before it. */
#define LOOKS_MAX 4

/* Looks, and announces a write that adds PAGES at most, or as many as are missing, when the pool is the
 * same before and after that: what somebody else writes from here on, until our own write, is
 * overwritten. *RET is what to ask for. */
static int look_and_announce(struct growth *growth, uint64_t pages, uint64_t *ret)
{
        const struct grow_account *account = growth->policy->account;

        for (unsigned i = 0; i < LOOKS_MAX; i++) {
                struct pool_counts counts, now = {};
                uint64_t missing, target;
                int r;

                r = look(growth, &counts);
                if (r < 0)
                        return r;
                missing = growth_missing(growth);
                target = growth->persistent + (pages < missing ? pages : missing);
                *ret = target;
                if (!account || target == growth->persistent)
                        return 0;
                r = account->announce(&counts, target, account->userdata);
                if (r >= 0)
                        r = read_pool(growth, &now);
                if (r < 0)
                        return r;
                if (pool_persistent(&now) == growth->persistent)
                        return 0;
        }

        return 0;
}

static int settle(struct growth *growth, const struct pool_counts *counts)
{
        const struct grow_account *account = growth->policy->account;

        growth->persistent = pool_persistent(counts);
        return account ? account->settle(growth->persistent, account->userdata) : 0;
}

int growth_begin(struct growth *growth)
{
        struct pool_counts counts;
        int r;

        r = look(growth, &counts);
        if (r < 0)
                return r;

        r = free_blocks_whole(growth->machine, growth->node, growth->type, &growth->whole);
        if (r < 0)
                growth->whole = UINT64_MAX;
        growth->chunk = CHUNK_FIRST;
        return 0;
}

int growth_check(const struct growth *growth)
{
        const struct grow_policy *policy = growth->policy;

        if (!policy->progress)
                return 0;

        return policy->progress(growth->node, growth->persistent, growth->target, policy->userdata);
}

/* Errors are logged. *RET_PARALLEL tells the way it was done. */
static int add(struct growth *growth, uint64_t target, struct pool_counts *ret, bool *ret_parallel)
{
        struct parallel *parallel = growth->policy->parallel;
        uint64_t pages = target - growth->persistent;
        int r;

        *ret_parallel = false;
        if (parallel && !growth->short_of && !growth_is_slow(growth) &&
            parallel_pays(parallel, growth->type, pages)) {
                r = parallel_grow(parallel, growth->machine, growth->node, growth->type, pages,
                                  ret);
                *ret_parallel = r > 0;
                if (r != 0)
                        return r;
        }

        r = resize_pool(growth->machine->sysfs, growth->node, growth->type, target, ret);
        return r < 0 ? log_error_errno(r, "node %u: cannot change the pool of %s pages: %m",
                                       growth->node, page_type_name(growth->type))
                     : 0;
}

int growth_write(struct growth *growth)
{
        uint64_t pages = growth->chunk / page_type_size(growth->type) ?: 1;
        uint64_t target = growth->persistent, begin, nsec, gained;
        struct pool_counts counts;
        bool in_parallel;
        int r;

        r = growth_check(growth);
        if (r >= 0)
                r = look_and_announce(growth, pages, &target);
        if (r < 0)
                return r;

        pages = target - growth->persistent;
        gained = growth->persistent;
        begin = clock_nsec();
        r = add(growth, target, &counts, &in_parallel);
        if (r < 0)
                return r;

        nsec = clock_nsec() - begin;
        growth->chunk = next_chunk(growth->chunk, nsec);
        r = settle(growth, &counts);
        gained = growth->persistent > gained ? growth->persistent - gained : 0;
        growth->short_of = growth->short_of || gained < pages;
        note_speed(growth, in_parallel, gained, nsec);
        if (growth->whole != UINT64_MAX)
                growth->whole -= gained < growth->whole ? gained : growth->whole;
        return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/growth.h"

#include <inttypes.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/size.h"
#include "helpers/modules/grow/parallel.h"
#include "helpers/modules/grow/resize.h"
#include "helpers/modules/kernel/free-blocks.h"
#include "helpers/modules/kernel/node-memory.h"

/* One write should take half a second at most: it cannot be stopped cleanly, and kernels from about 6.7
 * show no progress within it. The first is small, the following adapt; where nothing is zeroed, 8 GiB in
 * writes of 1 GiB took a fifth longer than in one (6.18). */
#define CHUNK_FIRST    (16 * MIB)
#define CHUNK_MAX      (16 * GIB) /* but for a single page */
#define CHUNK_NSEC_MAX (500 * 1000 * 1000)

/* Where all pages have to be zeroed, all are slow: only a change tells that the allocator has run
 * out of whole blocks and compacts for each page. Seen here, 6.18, no zeroing: 2 microseconds a
 * page, and then 3 milliseconds; compacting all of the 24 GiB takes 100 to 400. */
#define SLOW_FACTOR   8
#define SLOW_NSEC_MIN (250 * 1000 * 1000)

bool growth_is_slow(const struct growth *growth)
{
        /* Each of these is allocated by moving other pages. */
        if (page_size_is_gigantic(growth->task->size))
                return false;
        if (growth->whole_blocks > 0 && growth->whole_blocks != UINT64_MAX)
                return false;

        return growth->page_nsec / SLOW_FACTOR > growth->page_nsec_best &&
               growth->page_nsec * growth_missing(growth) > SLOW_NSEC_MIN;
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
        return next < CHUNK_MAX ? next : CHUNK_MAX;
}

static int read_pool(const struct grow_task *task, struct pool_counts *ret)
{
        int r = pool_read(task->machine->sysfs, task->node, task->size, ret);

        return r < 0 ? log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                       task->node, page_size_name(task->size))
                     : 0;
}

/* Reads the pool, which others may have changed. Where they use surplus pages, those become persistent
 * first: that many are requested in addition. */
static int look(struct growth *growth, struct pool_counts *ret)
{
        struct node_account *account = growth->task->account;
        uint64_t missing;
        int r;

        r = read_pool(growth->task, ret);
        if (r < 0)
                return r;
        growth->persistent = pool_persistent(ret);
        if (!account)
                return 0;

        r = node_account_look(account, growth->persistent);
        if (r < 0)
                return r;
        missing = node_account_missing(account);
        growth->target = growth->persistent + (missing > 0 ? missing + ret->surplus : 0);
        return 0;
}

/* Surplus pages on other nodes can end up in this pool for a moment (see resize.h), and count as ours if
 * we die in it. */
static int announce(const struct growth *growth, const struct pool_counts *counts, uint64_t target)
{
        const struct grow_task *task = growth->task;
        uint64_t elsewhere;
        int r;

        r = resize_surplus_elsewhere(task->machine->sysfs, task->node, task->size, &elsewhere);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pools of %s pages: %m",
                                       task->node, page_size_name(task->size));

        return node_account_announce(task->account, counts, target + elsewhere);
}

/* How often a write is postponed because somebody else changes the pool right before it. */
#define LOOKS_MAX 4

/* Reads the pool, and announces a write that adds at most PAGES, or as many as are missing, if the pool
 * is the same before and after the announcement: a number written by somebody else between here and our
 * own write is overwritten. *RET is the number to write. */
static int look_and_announce(struct growth *growth, uint64_t pages, uint64_t *ret)
{
        for (unsigned i = 0; i < LOOKS_MAX; i++) {
                struct pool_counts counts, now = {};
                uint64_t missing;
                int r;

                r = look(growth, &counts);
                if (r < 0)
                        return r;
                missing = growth_missing(growth);
                *ret = growth->persistent + (pages < missing ? pages : missing);
                if (!growth->task->account || missing == 0)
                        return 0;
                r = announce(growth, &counts, *ret);
                if (r >= 0)
                        r = read_pool(growth->task, &now);
                if (r < 0)
                        return r;
                if (pool_persistent(&now) == growth->persistent)
                        return 0;
        }

        return 0;
}

int growth_begin(struct growth *growth)
{
        const struct grow_task *task = growth->task;
        struct pool_counts counts;
        int r;

        growth->target = task->target;
        r = look(growth, &counts);
        if (r < 0)
                return r;

        r = free_blocks_whole(task->machine, task->node, task->size, &growth->whole_blocks);
        if (r < 0)
                growth->whole_blocks = UINT64_MAX;
        growth->chunk = CHUNK_FIRST;
        growth->checked_nsec = clock_nsec(); /* checked when the task was decided */
        return 0;
}

/* A look takes 0.2 ms, a write where nothing is zeroed 1 ms for a GiB (both seen on 6.18): checks between
 * all writes would be noticeable. */
#define HEADROOM_CHECK_NSEC (50 * NSEC_PER_MSEC)

static int check_headroom(struct growth *growth)
{
        const struct grow_task *task = growth->task;
        uint64_t headroom = task->limits.headroom, step, available;
        struct node_memory memory;
        int r;

        step = growth_missing(growth) * task->size.bytes;
        if (step > CHUNK_MAX)
                step = CHUNK_MAX;
        if (headroom == 0 || step == 0 || clock_nsec() - growth->checked_nsec < HEADROOM_CHECK_NSEC)
                return 0;

        growth->checked_nsec = clock_nsec();
        r = node_memory_read(task->machine->sysfs, task->machine->procfs, task->node, &memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m", task->node);

        node_memory_restrict(task->machine, task->size, &memory);
        available = node_memory_available(&memory);
        if (available >= step + headroom / 2)
                return 0;

        return log_warning_errno(ENOSPC,
                                 "node %u: stopped at %" PRIu64 " of %" PRIu64
                                 " %s pages in the pool: others take memory, too; %" PRIu64
                                 " MiB are left, and Headroom= keeps %" PRIu64 " MiB",
                                 task->node, growth->persistent, growth->target,
                                 page_size_name(task->size), available / MIB, headroom / MIB);
}

int growth_check(struct growth *growth, const char *activity)
{
        const struct grow_watch *watch = &growth->task->watch;
        const struct grow_progress progress = {
                .node = growth->task->node,
                .persistent = growth->persistent,
                .target = growth->target,
                .activity = activity,
        };
        int r;

        r = watch->progress ? watch->progress(&progress, watch->userdata) : 0;
        return r < 0 ? r : check_headroom(growth);
}

/* Errors are logged. *RET_PARALLEL: whether it was done in parallel. */
static int add(struct growth *growth, uint64_t target, struct pool_counts *ret, bool *ret_parallel)
{
        const struct grow_task *task = growth->task;
        uint64_t pages = target - growth->persistent;
        int r;

        *ret_parallel = false;
        if (task->parallel && !growth->came_short && !growth_is_slow(growth) &&
            parallel_pays(task->parallel, task->size, pages)) {
                r = parallel_grow(task->parallel, task->machine, task->node, task->size, pages,
                                  ret);
                *ret_parallel = r > 0;
                if (r != 0)
                        return r;
        }

        r = resize_pool(task->machine->sysfs, task->node, task->size, target, ret);
        return r < 0 ? log_error_errno(r, "node %u: cannot change the pool of %s pages: %m",
                                       task->node, page_size_name(task->size))
                     : 0;
}

/* Evaluates the result of the write, for the size of the next one. */
static void note_speed(struct growth *growth, bool in_parallel, uint64_t gained, uint64_t nsec)
{
        if (growth->task->parallel)
                parallel_note(growth->task->parallel, in_parallel, gained, nsec);
        if (gained == 0)
                return;

        if (in_parallel != growth->in_parallel)
                growth->page_nsec_best = 0; /* no measure for the other way */
        growth->in_parallel = in_parallel;
        growth->page_nsec = nsec / gained;
        if (growth->whole_blocks == 0) /* no measure: whole blocks are allocated faster */
                return;
        if (growth->page_nsec_best == 0 || growth->page_nsec < growth->page_nsec_best)
                growth->page_nsec_best = growth->page_nsec ?: 1;
        if (growth->whole_blocks != UINT64_MAX)
                growth->whole_blocks -=
                        gained < growth->whole_blocks ? gained : growth->whole_blocks;
}

int growth_write(struct growth *growth)
{
        const struct grow_task *task = growth->task;
        uint64_t pages = growth->chunk / task->size.bytes ?: 1;
        uint64_t target = growth->persistent, before, begin, nsec, gained;
        struct pool_counts counts;
        bool in_parallel;
        int r;

        r = growth_check(growth, NULL);
        if (r >= 0)
                r = look_and_announce(growth, pages, &target);
        if (r < 0)
                return r;

        pages = target - growth->persistent;
        before = growth->persistent;
        begin = clock_nsec();
        r = add(growth, target, &counts, &in_parallel);
        if (r < 0)
                return r;

        nsec = clock_nsec() - begin;
        growth->chunk = next_chunk(growth->chunk, nsec);
        growth->persistent = pool_persistent(&counts);
        gained = growth->persistent > before ? growth->persistent - before : 0;
        growth->came_short = growth->came_short || gained < pages;
        note_speed(growth, in_parallel, gained, nsec);
        return task->account ? node_account_enter(task->account, growth->persistent) : 0;
}

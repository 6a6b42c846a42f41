/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pools/ladder.h"

#include <inttypes.h>

#include "basic/log.h"

#define MIB (UINT64_C(1024) * 1024)
#define SEC (UINT64_C(1000) * 1000 * 1000)

/* The ladder ends by expected gain; this is for memory in which a page trickles in with every
 * pass. */
#define CLIMB_NSEC_MAX (60 * SEC)
#define PASSES_MAX     32

/* To make room somebody must move first: beyond what is missing, a reclaim leaves this much for
 * it. */
#define RECLAIM_SLACK (16 * MIB)

/* Less than this is not worth the reads that it will cost. */
#define RECLAIMABLE_MIN (8 * MIB)

/* Passes that may bring nothing. */
#define GAINLESS_MAX 3

struct climb {
        struct growth *growth;
        struct ladder_work *work;
        uint64_t begin;
        unsigned gainless; /* passes that brought nothing */
        bool at_any_rate;  /* reclaim even if there seems to be free memory enough */
        bool slab_dropped;
};

/* Bytes that must be reclaimed for the missing pages to fit into free memory at all. */
static uint64_t shortfall(const struct climb *climb, const struct ladder_memory *memory)
{
        const struct growth *growth = climb->growth;
        uint64_t need = growth_missing(growth) * page_type_size(growth->type) + RECLAIM_SLACK;
        uint64_t spare = ladder_memory_spare(memory);

        if (climb->at_any_rate)
                return need;
        return need > spare ? need - spare : 0;
}

/* Reclaims if memory, and not only its order, is what is missing, and writes. */
static int make_room(struct climb *climb)
{
        struct ladder_memory memory;
        uint64_t bytes;
        int r;

        r = ladder_memory_read(climb->growth->machine, climb->growth->node, climb->growth->type,
                               &memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m",
                                       climb->growth->node);

        log_debug("node %u: %" PRIu64 " MiB are missing; %" PRIu64 " MiB free, %" PRIu64
                  " of them in whole blocks, %" PRIu64 " stuck; %" PRIu64
                  " MiB clean page cache, %" PRIu64 " dirty, %" PRIu64 " reclaimable slab, %" PRIu64
                  " processes', %" PRIu64 " in unmovable blocks",
                  climb->growth->node,
                  growth_missing(climb->growth) * page_type_size(climb->growth->type) / MIB,
                  memory.node.free / MIB, memory.free_whole / MIB, memory.free_stuck / MIB,
                  memory.node.file_clean / MIB, memory.node.dirty / MIB,
                  memory.node.slab_reclaimable / MIB, memory.uses.process / MIB,
                  memory.unmovable_blocks / MIB);

        bytes = shortfall(climb, &memory);
        if (bytes == 0 || memory.node.file_clean + memory.node.slab_reclaimable < RECLAIMABLE_MIN)
                return 0;
        r = ladder_reclaim(climb->growth, &memory, bytes, climb->work);
        if (r < 0)
                return r;
        return ladder_write(climb->growth, false, climb->work);
}

/* One pass: memory first, then its order. */
static int pass(struct climb *climb)
{
        int r;

        r = make_room(climb);
        if (r < 0 || growth_missing(climb->growth) == 0)
                return r;
        r = ladder_compact(climb->growth, climb->work);
        if (r < 0)
                return r;
        return ladder_write(climb->growth, false, climb->work);
}

/* Nothing came of a pass. What looks free is then not where it is needed: below the watermark of some
 * zone, or between what nobody can move. So as much as is missing is reclaimed all the same, and in
 * the end directory entries and inodes are dropped. *RET: there was something left to try. */
static int try_harder(struct climb *climb, bool *ret)
{
        struct growth *growth = climb->growth;
        struct ladder_memory memory;
        int r;

        *ret = false;
        if (++climb->gainless > GAINLESS_MAX)
                return 0;
        r = ladder_memory_read(growth->machine, growth->node, growth->type, &memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m", growth->node);

        *ret = memory.node.file_clean + memory.node.slab_reclaimable >= RECLAIMABLE_MIN;
        if (climb->gainless < GAINLESS_MAX || memory.node.slab_reclaimable < RECLAIMABLE_MIN) {
                climb->at_any_rate = *ret;
                return 0;
        }
        climb->slab_dropped = true;
        return ladder_drop_slab(growth, climb->work);
}

static void report(const struct climb *climb, uint64_t before)
{
        const struct growth *growth = climb->growth;

        log_info("node %u: %" PRIu64 " %s pages did not come at once; %" PRIu64
                 " of them came in %" PRIu64 " ms, by %u more writes, %u compactions, %" PRIu64
                 " MiB reclaimed%s",
                 growth->node, growth->target - before, page_type_name(growth->type),
                 growth->persistent - before, (growth_now_nsec() - climb->begin) / (SEC / 1000),
                 climb->work->writes, climb->work->compactions, climb->work->reclaimed / MIB,
                 climb->slab_dropped ? ", directory entries and inodes dropped" : "");
}

int ladder_climb(struct growth *growth, struct ladder_work *work)
{
        struct climb climb = { .growth = growth, .work = work, .begin = growth_now_nsec() };
        uint64_t start = growth->persistent;
        bool go_on = true;
        int r;

        if (!growth_is_laborious(growth)) {
                r = ladder_write(growth, false, work);
                if (r < 0)
                        return r;
        }
        for (unsigned i = 0; go_on && i < PASSES_MAX && growth_missing(growth) > 0 &&
                             growth_now_nsec() - climb.begin < CLIMB_NSEC_MAX;
             i++) {
                uint64_t before = growth->persistent;

                r = pass(&climb);
                if (r < 0)
                        return r;
                if (growth->persistent > before)
                        continue;
                r = try_harder(&climb, &go_on);
                if (r < 0)
                        return r;
        }

        report(&climb, start);
        return 0;
}

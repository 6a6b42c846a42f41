/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/escalate.h"

#include <inttypes.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/units.h"
#include "helpers/modules/grow/escalate-reclaim.h"
#include "helpers/modules/grow/escalate-slab.h"
#include "helpers/modules/kernel/page-ranges.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/settings.h"

#define SEC (UINT64_C(1000) * 1000 * 1000)

/* The ladder ends by expected gain; this is for memory in which a page trickles in with every
 * climb. */
#define CLIMB_NSEC_MAX (60 * SEC)
#define STEPS_MAX      128

/* To make room somebody must move first: beyond what is missing, a reclaim leaves this much for
 * it. */
#define RECLAIM_SLACK (16 * MIB)

/* Less than this, or than this part of the node, is not worth the reads that it will cost. */
#define RECLAIMABLE_MIN  (8 * MIB)
#define RECLAIMABLE_PART 512

#define COMPACT_LOCKED "sys/vm/compact_unevictable_allowed"

struct climb {
        struct growth *growth;
        struct escalate_work *work;
        struct free_blocks memory; /* as it is before the rung */
        uint64_t begin;
        bool compacted; /* nothing was done since */
        bool exhausted;
};

static uint64_t missing_bytes(const struct climb *climb)
{
        return growth_missing(climb->growth) * page_type_size(climb->growth->type);
}

static bool is_worth(const struct climb *climb, uint64_t bytes)
{
        return bytes >= RECLAIMABLE_MIN && bytes >= climb->memory.node.total / RECLAIMABLE_PART;
}

static bool has_reclaimable(const struct climb *climb)
{
        const struct node_memory *node = &climb->memory.node;

        return is_worth(climb, node->file_clean + node->dirty + node->slab_reclaimable);
}

/* Memory, and not only its order, is missing: what must be reclaimed for the pages to fit into free
 * memory at all. */
static int reclaim_shortfall(struct climb *climb)
{
        uint64_t need = missing_bytes(climb) + RECLAIM_SLACK;
        uint64_t spare = free_blocks_spare(&climb->memory);

        if (need <= spare || !has_reclaimable(climb))
                return 0;
        return escalate_reclaim(climb->growth, &climb->memory, need - spare, false, climb->work);
}

/* Twice in a row it does nothing more. */
static int compact(struct climb *climb)
{
        if (climb->compacted)
                return 0;
        return escalate_compact(climb->growth, climb->work);
}

/* What looks free is not where it is needed: below the watermark of some zone, or between what nobody
 * can move. So as much as is missing is reclaimed all the same. */
static int reclaim_anyway(struct climb *climb)
{
        if (!has_reclaimable(climb))
                return 0;
        return escalate_reclaim(climb->growth, &climb->memory, missing_bytes(climb) + RECLAIM_SLACK,
                                true, climb->work);
}

/* Real-time kernels do not move locked memory when they compact (vm.compact_unevictable_allowed), so
 * that nobody waits for it. On a shortage, for the moment, it is moved. */
static int move_locked(struct climb *climb)
{
        const struct machine *machine = climb->growth->machine;
        uint64_t allowed;

        if (climb->growth->type != PAGE_HUGE || !is_worth(climb, climb->memory.uses.locked) ||
            sysfs_read_u64(machine->procfs, COMPACT_LOCKED, &allowed) < 0 || allowed > 0)
                return 0;
        return settings_set(machine, climb->growth->type, SETTINGS_PROCFS, COMPACT_LOCKED, 1) < 0
                       ? 0
                       : 1;
}

static int shrink_slabs(struct climb *climb)
{
        return escalate_shrink_slabs(climb->growth, climb->work);
}

static int drop_slab(struct climb *climb)
{
        if (climb->work->slab_dropped || !is_worth(climb, climb->memory.node.slab_reclaimable))
                return 0;
        return escalate_drop_slab(climb->growth, climb->work);
}

/* From the mildest on. Each returns whether it did anything: then the pool is written to, and if that
 * brought pages, the climb begins anew.
 *
 * Tried and left out: taking memory blocks offline and online again, after all this, brought no page
 * more in three states of 6 GiB (6.12: anonymous memory, page cache, mixture) and took 20 to 31
 * seconds. Not tried, because they cannot help: demoting gigantic pages that are not needed any more
 * (they are given back first, and go to the kernel as whole blocks), and extfrag_threshold, which a
 * compaction by hand does not look at (mm/compaction.c: compaction_suitable). */
typedef int (*step_t)(struct climb *climb);

static const step_t huge_steps[] = {
        reclaim_shortfall, compact, move_locked, compact, shrink_slabs,
        reclaim_anyway,    compact, drop_slab,   compact, NULL,
};

/* For these the kernel itself moves what is in the way (mm/page_alloc.c: alloc_contig_range), so that
 * compaction comes last; but a single page that cannot be moved spoils a range. */
static const step_t gigantic_steps[] = {
        reclaim_shortfall, shrink_slabs, reclaim_anyway, drop_slab, compact, NULL,
};

static bool is_exhausted(const struct growth *growth)
{
        return page_ranges_exhausted(growth->machine, growth->node, growth->type);
}

static void log_memory(const struct climb *climb)
{
        const struct free_blocks *memory = &climb->memory;

        log_debug("node %u: %" PRIu64 " MiB are missing; %" PRIu64 " MiB free, %" PRIu64
                  " of them in whole blocks, %" PRIu64 " stuck; %" PRIu64
                  " MiB clean page cache, %" PRIu64 " dirty, %" PRIu64 " reclaimable slab, %" PRIu64
                  " processes', %" PRIu64 " in unmovable blocks",
                  climb->growth->node, missing_bytes(climb) / MIB, memory->node.free / MIB,
                  memory->free_whole / MIB, memory->free_stuck / MIB, memory->node.file_clean / MIB,
                  memory->node.dirty / MIB, memory->node.slab_reclaimable / MIB,
                  memory->uses.process / MIB, memory->unmovable_blocks / MIB);
}

/* One rung, and a write if it did anything. */
static int step(struct climb *climb, step_t rung, bool first)
{
        struct growth *growth = climb->growth;
        int r;

        r = free_blocks_read(growth->machine, growth->node, growth->type, &climb->memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m", growth->node);
        if (first)
                log_memory(climb);

        r = rung(climb);
        if (r <= 0)
                return r;
        climb->compacted = rung == compact;
        return escalate_write(growth, false, climb->work);
}

static void report(const struct climb *climb, uint64_t before)
{
        const struct growth *growth = climb->growth;
        const struct escalate_work *work = climb->work;

        log_info("node %u: %" PRIu64 " %s pages did not come at once; %" PRIu64
                 " of them came in %" PRIu64 " ms, by %u more writes, %u compactions, %" PRIu64
                 " MiB reclaimed%s",
                 growth->node, growth->target - before, page_type_name(growth->type),
                 growth->persistent - before, (clock_nsec() - climb->begin) / (SEC / 1000),
                 work->writes, work->compactions, work->reclaimed / MIB,
                 work->slab_dropped ? ", directory entries and inodes dropped" : "");
}

static bool goes_on(const struct climb *climb, step_t rung, unsigned steps)
{
        return rung && growth_missing(climb->growth) > 0 && !climb->exhausted &&
               steps < STEPS_MAX && clock_nsec() - climb->begin < CLIMB_NSEC_MAX;
}

int escalate(struct growth *growth, struct escalate_work *work)
{
        struct climb climb = { .growth = growth, .work = work, .begin = clock_nsec() };
        const step_t *rungs = growth->type == PAGE_GIGANTIC ? gigantic_steps : huge_steps;
        uint64_t start = growth->persistent;
        size_t rung = 0;
        int r;

        climb.exhausted = is_exhausted(growth);
        if (!climb.exhausted && !growth_is_slow(growth)) {
                r = escalate_write(growth, false, work);
                if (r < 0)
                        return r;
        }
        for (unsigned steps = 0; goes_on(&climb, rungs[rung], steps); steps++) {
                uint64_t before = growth->persistent;

                r = step(&climb, rungs[rung], rung == 0);
                if (r < 0)
                        return r;
                rung = growth->persistent > before ? 0 : rung + 1;
                climb.exhausted = rung == 0 && is_exhausted(growth);
        }

        report(&climb, start);
        return 0;
}

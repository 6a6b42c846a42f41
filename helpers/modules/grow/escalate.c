/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/escalate.h"

#include <inttypes.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/size.h"
#include "helpers/modules/kernel/page-ranges.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/settings.h"

#define SEC (UINT64_C(1000) * 1000 * 1000)

/* The escalation ends when no step can be expected to help; this is for memory in which every round
 * brings one page. */
#define ESCALATION_NSEC_MAX (60 * SEC)
#define STEPS_MAX           128

/* Compaction needs free memory to move pages to: a reclaim frees this much in addition to the missing
 * amount. */
#define RECLAIM_SLACK (16 * MIB)

/* Less than this, or than this part of the node, is not worth the reads that it will cost. */
#define RECLAIMABLE_MIN  (8 * MIB)
#define RECLAIMABLE_PART 512

#define COMPACT_LOCKED "sys/vm/compact_unevictable_allowed"

struct escalation {
        struct growth *growth;
        struct escalate_work *work;
        struct free_blocks memory; /* the state before the step */
        uint64_t begin;
        bool compacted; /* nothing was done since then */
        bool exhausted;
};

static uint64_t missing_bytes(const struct escalation *escalation)
{
        return growth_missing(escalation->growth) * escalation->growth->task->size.bytes;
}

static bool is_worth(const struct escalation *escalation, uint64_t bytes)
{
        return bytes >= RECLAIMABLE_MIN &&
               bytes >= escalation->memory.node.total / RECLAIMABLE_PART;
}

static bool has_reclaimable(const struct escalation *escalation)
{
        const struct node_memory *node = &escalation->memory.node;

        return is_worth(escalation, node->file_clean + node->dirty + node->slab_reclaimable);
}

/* Memory is short, not just fragmented: the amount that must be reclaimed for the pages to fit into free
 * memory at all. */
static int reclaim_shortfall(struct escalation *escalation)
{
        uint64_t need = missing_bytes(escalation) + RECLAIM_SLACK;
        uint64_t spare = free_blocks_spare(&escalation->memory);

        if (need <= spare || !has_reclaimable(escalation))
                return 0;
        return escalate_reclaim(escalation->growth, &escalation->memory, need - spare, false,
                                escalation->work);
}

/* A second time in a row has no further effect. */
static int compact(struct escalation *escalation)
{
        if (escalation->compacted)
                return 0;
        return escalate_compact(escalation->growth, escalation->work);
}

/* The free memory is not usable: it is below the watermark of some zone, or between unmovable pages. So
 * the missing amount is reclaimed nevertheless. */
static int reclaim_anyway(struct escalation *escalation)
{
        if (!has_reclaimable(escalation))
                return 0;
        return escalate_reclaim(escalation->growth, &escalation->memory,
                                missing_bytes(escalation) + RECLAIM_SLACK, true, escalation->work);
}

/* Real-time kernels do not move locked memory when they compact (vm.compact_unevictable_allowed), to
 * avoid latencies. During a shortage, it is moved temporarily. */
static int move_locked(struct escalation *escalation)
{
        const struct machine *machine = escalation->growth->task->machine;
        uint64_t allowed;

        if (page_size_is_gigantic(escalation->growth->task->size) ||
            !is_worth(escalation, escalation->memory.uses.locked) ||
            sysfs_read_u64(machine->procfs, COMPACT_LOCKED, &allowed) < 0 || allowed > 0)
                return 0;
        return settings_set(machine, escalation->growth->task->size, SETTINGS_PROCFS,
                            COMPACT_LOCKED, 1) < 0
                       ? 0
                       : 1;
}

static int shrink_slabs(struct escalation *escalation)
{
        return escalate_shrink_slabs(escalation->growth, escalation->work);
}

static int drop_slab(struct escalation *escalation)
{
        if (escalation->work->slab_dropped ||
            !is_worth(escalation, escalation->memory.node.slab_reclaimable))
                return 0;
        return escalate_drop_slab(escalation->growth, escalation->work);
}

/* In order, the least disruptive first. Each returns whether it did anything: then the pool is written
 * to, and if that allocated pages, the sequence starts again with the first step.
 *
 * Tried and left out: taking memory blocks offline and online again, after all this, brought no page more
 * in three states of 6 GiB (6.12: anonymous memory, page cache, mixture) and took 20 to 31 seconds. Not
 * tried, because they cannot help: demoting gigantic pages that are not needed any more (they are
 * released first, and returned to the kernel as whole blocks), and extfrag_threshold, which manual
 * compaction ignores (mm/compaction.c: compaction_suitable). */
typedef int (*step_t)(struct escalation *escalation);

static const step_t huge_steps[] = {
        reclaim_shortfall, compact, move_locked, compact, shrink_slabs,
        reclaim_anyway,    compact, drop_slab,   compact, NULL,
};

/* For these, the kernel itself moves the pages in the range (mm/page_alloc.c: alloc_contig_range), so
 * that compaction comes last; but a single page that cannot be moved makes a range unusable. */
static const step_t gigantic_steps[] = {
        reclaim_shortfall, shrink_slabs, reclaim_anyway, drop_slab, compact, NULL,
};

static const step_t *steps_of(struct page_size size)
{
        return page_size_is_gigantic(size) ? gigantic_steps : huge_steps;
}

static bool is_exhausted(const struct growth *growth)
{
        return page_ranges_exhausted(growth->task->machine, growth->task->node, growth->task->size);
}

static void log_memory(const struct escalation *escalation)
{
        const struct free_blocks *memory = &escalation->memory;

        log_debug("node %u: %" PRIu64 " MiB are missing; %" PRIu64 " MiB free, %" PRIu64
                  " of them in whole blocks, %" PRIu64 " stuck; %" PRIu64
                  " MiB clean page cache, %" PRIu64 " dirty, %" PRIu64 " reclaimable slab, %" PRIu64
                  " processes', %" PRIu64 " in unmovable blocks",
                  escalation->growth->task->node, missing_bytes(escalation) / MIB,
                  memory->node.free / MIB, memory->free_whole / MIB, memory->free_stuck / MIB,
                  memory->node.file_clean / MIB, memory->node.dirty / MIB,
                  memory->node.slab_reclaimable / MIB, memory->uses.process / MIB,
                  memory->unmovable_blocks / MIB);
}

/* One step, and a write if it did anything. */
static int take_step(struct escalation *escalation, step_t step, bool first)
{
        struct growth *growth = escalation->growth;
        int r;

        r = free_blocks_read(growth->task->machine, growth->task->node, growth->task->size,
                             &escalation->memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m",
                                       growth->task->node);
        if (first)
                log_memory(escalation);

        r = step(escalation);
        if (r <= 0)
                return r;
        escalation->compacted = step == compact;
        return escalate_write(growth, false, escalation->work);
}

static void report(const struct escalation *escalation, uint64_t before)
{
        const struct growth *growth = escalation->growth;
        const struct escalate_work *work = escalation->work;

        log_info("node %u: %" PRIu64 " %s pages were not immediately available; obtained %" PRIu64
                 " of them in %" PRIu64 " ms, by %u more writes, %u compactions, %" PRIu64
                 " MiB reclaimed%s",
                 growth->task->node, growth->target - before, page_size_name(growth->task->size),
                 growth->persistent - before, (clock_nsec() - escalation->begin) / (SEC / 1000),
                 work->writes, work->compactions, work->reclaimed / MIB,
                 work->slab_dropped ? ", directory entries and inodes dropped" : "");
}

static bool goes_on(const struct escalation *escalation, step_t step, unsigned steps)
{
        return step && growth_missing(escalation->growth) > 0 && !escalation->exhausted &&
               steps < STEPS_MAX && clock_nsec() - escalation->begin < ESCALATION_NSEC_MAX;
}

int escalate(struct growth *growth, struct escalate_work *work)
{
        struct escalation escalation = { .growth = growth, .work = work, .begin = clock_nsec() };
        const step_t *step = steps_of(growth->task->size), *first = step;
        uint64_t start = growth->persistent;
        int r;

        escalation.exhausted = is_exhausted(growth);
        if (!escalation.exhausted && !growth_is_slow(growth)) {
                r = escalate_write(growth, false, work);
                if (r < 0)
                        return r;
        }
        for (unsigned taken = 0; goes_on(&escalation, *step, taken); taken++) {
                uint64_t before = growth->persistent;

                r = take_step(&escalation, *step, step == first);
                if (r < 0)
                        return r;
                step = growth->persistent > before ? first : step + 1;
                escalation.exhausted = step == first && is_exhausted(growth);
        }

        report(&escalation, start);
        return 0;
}

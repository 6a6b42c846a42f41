/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/escalate-internal.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/modules/kernel/compaction.h"

#define MSEC (UINT64_C(1000) * 1000)

/* A write that allocates fewer pages than requested, and less than this part of the missing ones, has
 * spent its time on the allocator's own compaction, page by page; once such writes have taken this long
 * in total, compacting the whole node is cheaper. One that allocates all pages requested is merely slow:
 * if pages are zeroed and the CPUs have other work, that is expected. */
#define GOOD_PART   8
#define BUDGET_NSEC (250 * MSEC)

/* All writes of one step together: nothing can be expected of more. */
#define WRITES_MAX 256

void escalate_note(const struct growth *growth, struct escalate_work *work, uint64_t begin,
                   const char *what)
{
        uint64_t nsec = clock_nsec() - begin;

        work->nsec += nsec;
        log_debug("node %u: %s in %" PRIu64 " ms; %" PRIu64 " of %" PRIu64 " %s pages there",
                  growth->task->node, what, nsec / MSEC, growth->persistent, growth->target,
                  page_size_name(growth->task->size));
}

int escalate_write(struct growth *growth, bool patient, struct escalate_work *work)
{
        uint64_t begin = clock_nsec(), budget = patient ? UINT64_MAX : BUDGET_NSEC;

        for (unsigned i = 0; i < WRITES_MAX && growth_missing(growth) > 0; i++) {
                uint64_t missing = growth_missing(growth), now = clock_nsec(), gained, spent;
                uint64_t asked = growth->chunk / growth->task->size.bytes ?: 1;
                int r = growth_write(growth);

                if (r < 0)
                        return r;
                work->writes++;
                gained = missing - growth_missing(growth);
                if (gained == 0)
                        break;
                spent = clock_nsec() - now;
                if (gained >= missing / GOOD_PART || gained >= asked)
                        continue;
                if (spent > budget)
                        break;
                budget -= spent;
        }

        escalate_note(growth, work, begin, "written again");
        return 0;
}

int escalate_compact(struct growth *growth, struct escalate_work *work)
{
        uint64_t begin = clock_nsec();
        int r;

        r = growth_check(growth, "compacting memory");
        if (r < 0)
                return r;
        r = compaction_node(growth->task->machine, growth->task->node);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "node %u: cannot compact its memory: %m",
                                       growth->task->node);

        work->compactions++;
        escalate_note(growth, work, begin, "compacted");
        return 1;
}

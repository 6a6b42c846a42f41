/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/grow.h"

#include <string.h>

#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/grow/escalate-internal.h"
#include "helpers/modules/grow/escalate.h"
#include "helpers/modules/grow/growth.h"
#include "helpers/modules/kernel/numa.h"

/* A write of this many bytes shows the time per page when whole blocks have run out: each may take
 * milliseconds then. */
#define CHUNK_PROBE (16 * 1024 * 1024)

/* Writes as long as each write quickly allocates all pages requested: the normal case ends here. */
static int grow_while_easy(struct growth *growth)
{
        while (growth_missing(growth) > 0 && !growth_is_slow(growth)) {
                uint64_t before = growth->persistent, size = growth->task->size.bytes;
                uint64_t ready = growth->whole_blocks, asked;
                int r;

                if (ready != UINT64_MAX)
                        growth->chunk =
                                min_u64(growth->chunk, ready > 0 ? ready * size : CHUNK_PROBE);
                asked = growth->chunk / size ?: 1;
                r = growth_write(growth);
                if (r < 0)
                        return r;
                if (growth->persistent - before < asked)
                        return 0;
        }

        return 0;
}

int grow_node(const struct grow_task *task, struct grow_result *ret)
{
        struct growth growth = { .task = task };
        struct escalate_work work = {};
        int r;

        r = numa_pin(task->machine->sysfs, task->node);
        if (r < 0)
                log_debug("node %u: cannot run on its CPUs, continuing on others: %s", task->node,
                          strerror(-r));

        r = growth_begin(&growth);
        if (r < 0)
                return r;
        if (task->limits.defrag == DEFRAG_ALWAYS && growth_missing(&growth) > 0) {
                r = escalate_compact(&growth, &work);
                if (r < 0)
                        return r;
        }
        r = grow_while_easy(&growth);
        if (r < 0)
                return r;
        if (growth_missing(&growth) > 0) {
                r = task->limits.defrag == DEFRAG_NEVER ? escalate_write(&growth, true, &work)
                                                        : escalate(&growth, &work);
                if (r < 0)
                        return r;
        }

        ret->persistent = growth.persistent;
        ret->compactions = work.compactions;
        return 0;
}

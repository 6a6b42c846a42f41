/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/headroom-guard.h"

#include <inttypes.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/units.h"
#include "helpers/modules/grow/growth.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/reserve/headroom.h"

/* A look takes 0.2 ms, a write where nothing is zeroed 1 ms for a GiB (both seen on 6.18): looks between
 * all writes would show. */
#define LOOK_NSEC (50 * 1000 * 1000)

static int look(struct headroom_guard *guard, unsigned node, uint64_t persistent, uint64_t target)
{
        uint64_t size = page_type_size(guard->type), step, available;
        struct node_memory memory;
        int r;

        step = target > persistent ? (target - persistent) * size : 0;
        if (step > GROWTH_CHUNK_MAX)
                step = GROWTH_CHUNK_MAX;
        if (guard->headroom == 0 || step == 0 || clock_nsec() - guard->looked_nsec < LOOK_NSEC)
                return 0;

        guard->looked_nsec = clock_nsec();
        r = node_memory_read(guard->machine->sysfs, guard->machine->procfs, node, &memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m", node);

        headroom_restrict(guard->machine, guard->type, &memory);
        available = headroom_available(&memory);
        if (available >= step + guard->headroom / 2)
                return 0;

        return log_warning_errno(ENOSPC,
                                 "node %u: stopped at %" PRIu64 " of %" PRIu64
                                 " %s pages in the pool: others take memory, too; %" PRIu64
                                 " MiB are left, and Headroom= keeps %" PRIu64 " MiB",
                                 node, persistent, target, page_type_name(guard->type),
                                 available / MIB, guard->headroom / MIB);
}

static int on_progress(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        struct headroom_guard *guard = userdata;
        const struct grow_policy *policy = guard->policy;
        int r = 0;

        if (policy->progress)
                r = policy->progress(node, persistent, target, policy->userdata);

        return r < 0 ? r : look(guard, node, persistent, target);
}

static void on_activity(unsigned node, const char *what, void *userdata)
{
        const struct headroom_guard *guard = userdata;

        if (guard->policy->activity)
                guard->policy->activity(node, what, guard->policy->userdata);
}

struct grow_policy headroom_guard_policy(struct headroom_guard *guard)
{
        struct grow_policy policy = *guard->policy;

        policy.progress = on_progress;
        policy.activity = on_activity;
        policy.userdata = guard;
        guard->looked_nsec = clock_nsec();
        return policy;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/compaction.h"

#include <pthread.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/sysfs.h"

int compaction_node(const struct machine *machine, unsigned node)
{
        char path[64];

        snprintf(path, sizeof(path), "devices/system/node/node%u/compact", node);
        return sysfs_write(machine->sysfs, path, "1\n");
}

struct work {
        const struct machine *machine;
        unsigned node;
        pthread_t thread;
        int result;
};

/* On the node's own CPUs; where that is not possible, on any. */
static void *compact(void *userdata)
{
        struct work *work = userdata;

        (void) numa_pin(work->machine->sysfs, work->node);
        work->result = compaction_node(work->machine, work->node);
        return NULL;
}

int compaction_run(const struct machine *machine, const unsigned *nodes, size_t n, int *ret)
{
        _cleanup_free_ struct work *works = calloc(n ?: 1, sizeof(*works));

        if (!works)
                return -ENOMEM;

        for (size_t i = 0; i < n; i++) {
                works[i] = (struct work){ .machine = machine, .node = nodes[i] };
                /* If a thread cannot be created, its node is compacted nevertheless. */
                if (pthread_create(&works[i].thread, NULL, compact, &works[i]) != 0) {
                        works[i].thread = pthread_self();
                        compact(&works[i]);
                }
        }
        for (size_t i = 0; i < n; i++) {
                if (!pthread_equal(works[i].thread, pthread_self()))
                        (void) pthread_join(works[i].thread, NULL);
                ret[i] = works[i].result;
        }
        return 0;
}

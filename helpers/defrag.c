/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compacts the memory of every node: what fd-shmem-defrag.service runs. */

#include <pthread.h>

#include "basic/log.h"
#include "helpers/modules/grow.h"
#include "helpers/modules/machine.h"
#include "helpers/modules/numa.h"
#include "helpers/modules/report.h"

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
        work->result = grow_compact(work->machine, work->node);
        return NULL;
}

/* Two nodes are compacted side by side without disturbing each other (the kernel takes no lock over
 * both). A thread that cannot be had is no reason to leave its node out. */
static void compact_all(struct work *works, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (pthread_create(&works[i].thread, NULL, compact, &works[i]) != 0) {
                        works[i].thread = pthread_self();
                        compact(&works[i]);
                }
        for (size_t i = 0; i < n; i++)
                if (!pthread_equal(works[i].thread, pthread_self()))
                        (void) pthread_join(works[i].thread, NULL);
}

static int report_result(const struct work *work)
{
        if (work->result == -ENOENT)
                return log_error_errno(EOPNOTSUPP,
                                       "node %u: this kernel cannot compact memory "
                                       "(CONFIG_COMPACTION)",
                                       work->node);
        if (work->result < 0)
                return log_error_errno(work->result, "node %u: cannot compact its memory: %m",
                                       work->node);

        log_info("node %u: memory compacted", work->node);
        return 0;
}

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_free_ unsigned *nodes = NULL;
        _cleanup_free_ struct work *works = NULL;
        int r, result = 0;
        size_t n;

        r = machine_open("", &machine);
        if (r < 0)
                return r;
        r = numa_nodes(machine.sysfs, &nodes, &n);
        if (r < 0)
                return log_error_errno(r, "Cannot find out which nodes have memory: %m");
        works = calloc(n ?: 1, sizeof(*works));
        if (!works)
                return log_oom();

        report_status("Compacting the memory of %zu nodes", n);
        for (size_t i = 0; i < n; i++)
                works[i] = (struct work){ .machine = &machine, .node = nodes[i] };
        compact_all(works, n);
        for (size_t i = 0; i < n; i++) {
                r = report_result(&works[i]);
                if (r < 0)
                        result = r;
        }

        return result;
}

int main(int argc, char *argv[])
{
        report_open(NULL);
        return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What others do to the pools, in ignorance of fd-shmem. */

#include <inttypes.h>
#include <stdlib.h>

#include "tests/pools/acts.h"
#include "tests/pools/model-run.h"

/* Somebody writes NUMBER to the pool's file, ABSOLUTE: as he would if there were nobody else. */
static void write_number(struct model_run *run, unsigned i, uint64_t number, bool absolute)
{
        struct model_pool *pool = &run->pools[i];
        uint64_t now = model_persistent(run, i);
        bool is_quiet = now == pool->others + pool->ours;

        if (absolute) {
                pool->truth = number;
                pool->told = number <= pool->others || pool->ours == 0;
        } else {
                pool->truth += number - now;
                pool->told = pool->told && (is_quiet || now > pool->others + pool->ours);
        }
        if (pool_write(machine.sysfs, run->kernel->nodes[i], page_size_default(PAGE_HUGE), number) <
            0)
                abort();
        pool->changed = true;
        for (unsigned k = 0; k < run->kernel->n_nodes; k++) {
                struct pool_counts counts = model_counts(run, k);

                run->messed = run->messed || (counts.surplus > 0 && counts.free > 0);
        }
        fprintf(run->log, "  others: %s %" PRIu64 " > pool %u\n", absolute ? "echo" : "more, echo",
                number, i);
}

/* vm.nr_hugepages: the kernel spreads the change over the nodes. */
static void write_sysctl(struct model_run *run)
{
        uint64_t number = model_draw(run, 2 * MODEL_PAGES_MAX), all = 0, now[MODEL_NODES_MAX];
        unsigned n = run->kernel->n_nodes;

        for (unsigned i = 0; i < n; i++)
                all += now[i] = model_persistent(run, i);
        for (unsigned i = 0; all != number; i = (i + 1) % n) {
                if (all < number)
                        now[i]++, all++;
                else if (now[i] > 0)
                        now[i]--, all--;
        }
        for (unsigned i = 0; i < n; i++) {
                write_number(run, i, now[i], true);
                if (n > 1)
                        run->pools[i].told = false; /* how it would be spread without us */
        }
}

void model_others_act(struct model_run *run)
{
        unsigned i = (unsigned) model_draw(run, run->kernel->n_nodes);
        const struct model_pool *pool = &run->pools[i];

        switch (model_draw(run, 7)) {
        case 0:
        case 1:
                write_number(run, i, model_persistent(run, i) + 1 + model_draw(run, 6), false);
                break;
        case 2:
        case 3:
                write_number(run, i, pool->truth, true);
                break;
        case 4:
                write_number(run, i, model_draw(run, pool->truth + 1), true);
                break;
        case 5:
                write_number(run, i, model_draw(run, 2 * MODEL_PAGES_MAX), true);
                break;
        default:
                write_sysctl(run);
        }
}

void model_others_use(struct model_run *run)
{
        unsigned i = (unsigned) model_draw(run, run->kernel->n_nodes);
        uint64_t free_pages = model_counts(run, i).free;

        if (!run->kernel->use || free_pages == 0)
                return;
        fprintf(run->log, "  others use some of pool %u\n", i);
        run->kernel->use(run->kernel->nodes[i], 1 + model_draw(run, free_pages));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pools/model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/ledger.h"
#include "tests/pools/acts.h"
#include "tests/pools/model-run.h"

#define STEPS_MAX 10

const char *const model_domains[MODEL_DOMAINS + 1] = { "a", "b", "c", "nobody" };

uint64_t model_draw(struct model_run *run, uint64_t n)
{
        uint64_t x = run->random += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

        x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
        return (x ^ (x >> 31)) % n;
}

struct pool_counts model_counts(const struct model_run *run, unsigned i)
{
        struct pool_counts counts = {};

        if (pool_read(machine.sysfs, run->kernel->nodes[i], page_size_default(PAGE_HUGE), &counts) <
            0)
                abort();
        return counts;
}

uint64_t model_persistent(const struct model_run *run, unsigned i)
{
        struct pool_counts counts = model_counts(run, i);

        return pool_persistent(&counts);
}

static void expect(struct model_run *run, bool right, const char *what)
{
        if (right)
                return;
        fprintf(run->log, "  WRONG: %s\n", what);
        run->wrong = run->wrong ?: what;
}

static void say_pools(struct model_run *run)
{
        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                struct pool_counts counts = model_counts(run, i);
                const struct model_pool *pool = &run->pools[i];

                fprintf(run->log,
                        "      pool %u: %" PRIu64 " (%" PRIu64 " free, %" PRIu64
                        " surplus); others %" PRIu64 ", truly %" PRIu64 "%s; ours %" PRIu64 "\n",
                        i, pool_persistent(&counts), counts.free, counts.surplus, pool->others,
                        pool->truth, pool->told ? "" : "?", pool->ours);
        }
}

/* The rule of account.h, written down once more. */
static void look(struct model_run *run, unsigned i)
{
        struct model_pool *pool = &run->pools[i];
        uint64_t now = model_persistent(run, i);

        if (now >= pool->others + pool->ours)
                pool->others = now - pool->ours;
        else if (now >= pool->others)
                pool->ours = now - pool->others;
        else {
                pool->others = now;
                pool->ours = 0;
        }
        pool->changed = false;
}

struct ledger_sum {
        uint64_t added, adopted, converted;
        struct ledger_node pending; /* if there is one */
};

static struct ledger_sum ledger_sum(const struct model_run *run, unsigned i)
{
        struct ledger_reservation *list;
        struct ledger_sum sum = {};
        size_t n;

        if (ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &list, &n) < 0)
                abort();
        for (size_t r = 0; r < n; r++)
                for (size_t l = 0; l < list[r].n_nodes; l++) {
                        const struct ledger_node *line = &list[r].nodes[l];

                        if (line->node != run->kernel->nodes[i])
                                continue;
                        sum.added += line->added;
                        sum.adopted += line->adopted;
                        sum.converted += line->converted;
                        if (line->pending)
                                sum.pending = *line;
                }
        ledger_reservations_free(list, n);
        return sum;
}

/* Others have changed the pool since a writer died around a write that was announced: whose some of its
 * pages are can't be told. They must be left to the others, unless the number looks as if nobody else
 * had been there. The model goes on from what became of it. */
static void accept_doubt(struct model_run *run, unsigned i, const struct ledger_node *pending)
{
        struct model_pool *pool = &run->pools[i];
        struct ledger_sum sum = ledger_sum(run, i);
        uint64_t now = model_persistent(run, i);
        bool innocent = pending->target > pending->before
                                ? now > pending->before && now <= pending->target
                                : now == pending->before;

        expect(run, sum.added <= now, "more is ours than there is");
        if (pool->told && !innocent)
                expect(run, now - sum.added >= pool->truth, "in doubt, others' pages were taken");
        pool->ours = sum.added;
        pool->others = now - sum.added;
        pool->told = false;
        pool->changed = false;
}

static void say_act(struct model_run *run, const struct model_act *act, int r)
{
        const char *how = r == -EINTR ? ", killed" : r < 0 ? ", FAILED" : "";

        if (!act->reserve) {
                fprintf(run->log, "  release %s%s\n", model_domains[act->domain], how);
                return;
        }
        fprintf(run->log, "  reserve %s", model_domains[act->domain]);
        for (unsigned i = 0; i < run->kernel->n_nodes; i++)
                fprintf(run->log, " %" PRIu64, act->pages[i]);
        fprintf(run->log, "%s%s%s\n", act->adopt ? " adopt" : " add",
                act->release ? "" : " Release=no", how);
}

/* All that the domain asked for is its own. */
static void check_held(struct model_run *run, const struct model_act *act)
{
        struct ledger_reservation record;

        if (ledger_load_reservation(&machine, model_domains[act->domain], PAGE_HUGE, &record) < 0) {
                expect(run, false, "no record after a reservation");
                return;
        }
        for (size_t l = 0; l < record.n_nodes; l++)
                expect(run, holdings_held(&record.nodes[l]) == record.nodes[l].asked,
                       "not all is there after a reservation");
        ledger_reservation_done(&record);
}

static const struct model_act look_only = { .domain = MODEL_DOMAINS };

static void settle_doubt(struct model_run *run)
{
        struct ledger_node pending[MODEL_NODES_MAX];
        bool doubt = false;

        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                pending[i] = ledger_sum(run, i).pending;
                doubt = doubt || (pending[i].pending && run->pools[i].changed);
        }
        if (!doubt)
                return;

        expect(run, run->kernel->act(&look_only) == 0, "a look failed");
        fprintf(run->log, "  look\n");
        for (unsigned i = 0; i < run->kernel->n_nodes; i++)
                if (pending[i].pending && run->pools[i].changed)
                        accept_doubt(run, i, &pending[i]);
}

/* Nothing is mounted here that would claim what a domain has: others can use it. */
static bool are_held_in_use(const struct model_run *run)
{
        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                struct ledger_sum sum = ledger_sum(run, i);

                if (model_counts(run, i).free < sum.added + sum.adopted - sum.converted)
                        return true;
        }
        return false;
}

static void do_act(struct model_run *run, const struct model_act *act)
{
        uint64_t before[MODEL_NODES_MAX];
        bool changed = false, in_use;
        int r;

        settle_doubt(run);
        in_use = are_held_in_use(run);
        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                changed = changed || run->pools[i].changed;
                look(run, i);
                before[i] = model_persistent(run, i);
        }
        r = run->kernel->act(act);
        say_act(run, act, r);
        expect(run, r == 0 || r == -EINTR || (r == -ENOSPC && in_use), "failed");
        if (r == -EINTR && changed) /* it may not have got to what others had changed */
                expect(run, run->kernel->act(&look_only) == 0, "a look failed");

        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                struct model_pool *pool = &run->pools[i];
                uint64_t now = model_persistent(run, i);

                expect(run, now >= pool->others, "others' pages were given back");
                pool->ours += now - before[i]; /* or less */
                if (r != -EINTR)
                        expect(run, ledger_sum(run, i).added == pool->ours,
                               "the ledger has another number of pages that are ours");
        }
        if (r == 0 && act->reserve)
                check_held(run, act);
}

static void act_at_random(struct model_run *run)
{
        struct model_act act = {
                .domain = (unsigned) model_draw(run, MODEL_DOMAINS),
                .reserve = model_draw(run, 5) < 3,
                .adopt = model_draw(run, 2),
                .release = model_draw(run, 6) > 0,
                .kill = model_draw(run, 3) == 0 ? 1 + (unsigned) model_draw(run, 60) : 0,
        };

        for (unsigned i = 0; i < run->kernel->n_nodes; i++)
                act.pages[i] = model_draw(run, MODEL_PAGES_MAX + 1);
        do_act(run, &act);
}

static void begin(struct model_run *run)
{
        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                uint64_t pages = model_draw(run, MODEL_PAGES_MAX);

                /* What was surplus before becomes persistent first, and is gone then. */
                if (pool_write(machine.sysfs, run->kernel->nodes[i], page_size_default(PAGE_HUGE),
                               model_counts(run, i).total) < 0 ||
                    pool_write(machine.sysfs, run->kernel->nodes[i], page_size_default(PAGE_HUGE),
                               pages) < 0)
                        abort();
                run->pools[i] = (struct model_pool){ pages, true, pages, 0, false };
        }
        say_pools(run);
}

/* All domains stop, others let go of what they use: and what is there then? */
static void end(struct model_run *run)
{
        struct ledger_reservation *list;
        size_t n;

        for (unsigned domain = 0; domain < MODEL_DOMAINS; domain++)
                do_act(run, &(struct model_act){ .domain = domain });
        say_pools(run);
        for (unsigned i = 0; i < run->kernel->n_nodes; i++) {
                const struct model_pool *pool = &run->pools[i];
                struct pool_counts counts;

                expect(run, model_persistent(run, i) == pool->others,
                       "not what the rule says in the end");
                if (pool->told)
                        expect(run, model_persistent(run, i) == pool->truth,
                               "not what it would be without us in the end");
                if (run->kernel->let_go)
                        run->kernel->let_go(run->kernel->nodes[i]);
                counts = model_counts(run, i);
                expect(run, counts.surplus == 0 || run->messed,
                       "surplus pages remain that nobody uses");
        }
        if (ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &list, &n) < 0)
                abort();
        expect(run, n == 0 && faccessat(machine.state, "baseline/huge", F_OK, 0) < 0,
               "the ledger is not empty in the end");
        ledger_reservations_free(list, n);
}

static bool run_one(const struct model_kernel *kernel, uint64_t seed, bool show)
{
        struct model_run run = { .kernel = kernel, .random = seed };
        unsigned steps;

        run.log = open_memstream(&run.trace, &run.trace_size);
        if (!run.log)
                abort();
        begin(&run);
        steps = 2 + (unsigned) model_draw(&run, STEPS_MAX - 1);
        for (unsigned step = 0; step < steps && !run.wrong; step++) {
                uint64_t what = model_draw(&run, 10);

                if (what < 6)
                        act_at_random(&run);
                else if (what < 9)
                        model_others_act(&run);
                else
                        model_others_use(&run);
                say_pools(&run);
        }
        end(&run);

        fclose(run.log);
        if (run.wrong && show)
                fprintf(stderr, "seed %" PRIu64 ": %s\n%s", seed, run.wrong, run.trace);
        free(run.trace);
        return !run.wrong;
}

unsigned model_run(const struct model_kernel *kernel, uint64_t seed, unsigned count)
{
        unsigned wrong = 0;

        for (unsigned i = 0; i < count; i++)
                wrong += !run_one(kernel, seed + i * UINT64_C(7919), wrong == 0);
        return wrong;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The account of pages against a model: random sequences on the fake machine. "test-model COUNT SEED"
 * runs others than the usual ones. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <unistd.h>

#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"
#include "tests/pools/model.h"

#define COUNT 10000
#define SEED  20260101

static const unsigned nodes[] = { 0, 2 };
static sigjmp_buf killed;
static int first_free_fd;
static uint64_t used[FAKE_NODES];

static void kill_here(void)
{
        siglongjmp(killed, 1);
}

static int reserve_or_release(const struct model_act *act)
{
        const char *domain = model_domains[act->domain];
        struct reservation_request request;
        char pages[64];

        if (!act->reserve)
                return release_reservation(&machine, domain, PAGE_HUGE);

        snprintf(pages, sizeof(pages), "0:%u,2:%u", (unsigned) act->pages[0],
                 (unsigned) act->pages[1]);
        request = request_for(domain, pages);
        request.policy.existing = act->adopt ? EXISTING_ADOPT : EXISTING_ADD;
        request.policy.release = act->release;
        return make(request);
}

/* A process that dies leaves its memory and closes its files; here, only the latter matters. */
static int act_on_fake(const struct model_act *act)
{
        volatile int r = -EINTR;

        fake_kernel.events = 0;
        fake_kernel.kill_at = act->kill;
        fake_kernel.on_kill = kill_here;
        if (sigsetjmp(killed, 0) == 0)
                r = reserve_or_release(act);
        else
                (void) close_range((unsigned) first_free_fd, ~0U, 0);
        fake_kernel.kill_at = 0;
        (void) fake_log();
        return r;
}

static void use(unsigned node, uint64_t pages)
{
        struct pool_counts counts;

        if (pool_read(machine.sysfs, node, page_size_default(PAGE_HUGE), &counts) < 0)
                abort();
        fake_pool_set(&machine, node, PAGE_HUGE, counts.total, counts.free - pages, counts.surplus);
        used[node] += pages;
}

/* mm/hugetlb.c: free_huge_folio() */
static void let_go(unsigned node)
{
        struct pool_counts counts;
        uint64_t gone;

        if (pool_read(machine.sysfs, node, page_size_default(PAGE_HUGE), &counts) < 0)
                abort();
        gone = used[node] < counts.surplus ? used[node] : counts.surplus;
        fake_pool_set(&machine, node, PAGE_HUGE, counts.total - gone,
                      counts.free + used[node] - gone, counts.surplus - gone);
        used[node] = 0;
}

int main(int argc, char **argv)
{
        static const struct model_kernel kernel = {
                .nodes = nodes,
                .n_nodes = 2,
                .act = act_on_fake,
                .use = use,
                .let_go = let_go,
        };
        unsigned count = argc > 1 ? (unsigned) atoi(argv[1]) : COUNT, wrong;
        uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SEED;

        acts_setup(NULL);
        fake_kernel.in_memory = true;
        first_free_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        close(first_free_fd);
        wrong = model_run(&kernel, seed, count);
        acts_teardown(NULL);
        fprintf(stderr, "%u of %u sequences went wrong\n", wrong, count);
        _exit(wrong > 0); /* what was left by the killed ones is no leak */
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/loan.h"

#include <inttypes.h>

#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/settings.h"

#define HUGE_PER_GIGANTIC (page_type_size(PAGE_GIGANTIC) / page_type_size(PAGE_HUGE))

/* The huge pages of the node that are lent. */
struct loan {
        const struct machine *machine;
        unsigned node;
        struct pool_path path;
        uint64_t before; /* persistent pages */
        uint64_t pages;
};

/* Free pages that nobody was promised, of the whole machine: reservations are not made by node. */
static int read_unpromised(const struct machine *machine, uint64_t *ret)
{
        struct pool_counts all;
        uint64_t reserved;
        int r;

        r = pool_read_all(machine->sysfs, PAGE_HUGE, &all);
        if (r < 0)
                return r;
        r = pool_reserved(machine->sysfs, PAGE_HUGE, &reserved);
        if (r < 0)
                return r;

        *ret = all.free > reserved ? all.free - reserved : 0;
        return 0;
}

static int read_held(const struct machine *machine, unsigned node, uint64_t *ret)
{
        _cleanup_holdings_ struct holdings holdings = {};
        int r;

        r = holdings_load(machine, PAGE_HUGE, NULL, &holdings);
        if (r < 0)
                return r;

        *ret = holdings_sum(holdings.reservations, holdings.n, node, NULL);
        return 0;
}

/* What can be lent: 0 pages are no failure. */
static int find_loan(const struct machine *machine, unsigned node, struct loan *ret)
{
        struct loan loan = { .machine = machine, .node = node };
        struct pool_counts counts;
        uint64_t held, unpromised;
        int r;

        r = pool_read(machine->sysfs, node, PAGE_HUGE, &counts);
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        r = read_held(machine, node, &held);
        if (r < 0)
                return r;
        r = read_unpromised(machine, &unpromised);
        if (r < 0)
                return r;

        loan.before = pool_persistent(&counts);
        loan.pages = counts.free < held ? counts.free : held;
        if (loan.pages > unpromised)
                loan.pages = unpromised;
        if (counts.surplus > 0) /* the number in the file is another one then */
                loan.pages = 0;
        loan.path = pool_path_node(node, PAGE_HUGE, "nr_hugepages");
        *ret = loan;
        return 0;
}

static int lend(const struct loan *loan)
{
        return settings_set(loan->machine, PAGE_HUGE, SETTINGS_SYSFS, loan->path.text,
                            loan->before - loan->pages);
}

static int take_again(const struct loan *loan, uint64_t *ret_missing)
{
        const struct grow_policy policy = { .defrag = DEFRAG_AUTO };
        struct grow_result result;
        int r;

        r = grow_node(loan->machine, loan->node, PAGE_HUGE, loan->before, &policy, &result);
        if (r < 0)
                return r;

        *ret_missing = loan->before > result.persistent ? loan->before - result.persistent : 0;
        return 0;
}

/* Gives up as many of the GAINED gigantic pages as it takes. */
static int give_up(struct growth *growth, uint64_t gained, uint64_t missing_huge)
{
        uint64_t pages = (missing_huge + HUGE_PER_GIGANTIC - 1) / HUGE_PER_GIGANTIC;

        return growth_give_back(growth, pages < gained ? pages : gained);
}

static int settle(const struct loan *loan, struct growth *growth, uint64_t gained)
{
        uint64_t missing;
        int r;

        r = take_again(loan, &missing);
        if (r >= 0 && missing > 0 && gained > 0) {
                r = give_up(growth, gained, missing);
                if (r >= 0)
                        r = take_again(loan, &missing);
        }
        if (r >= 0 && missing > 0)
                log_warning("node %u: %" PRIu64
                            " huge pages were given back to make room for gigantic "
                            "ones, and %" PRIu64 " of them did not come again",
                            loan->node, loan->pages, missing);
        (void) settings_restore_one(loan->machine, PAGE_HUGE, SETTINGS_SYSFS, loan->path.text);
        return r < 0 ? r : 0;
}

static int on_waiting(const struct ledger_wait *wait, void *userdata)
{
        return growth_check(userdata);
}

int loan_take(struct growth *growth, struct escalate_work *work)
{
        _cleanup_close_ int lock = -1;
        uint64_t before = growth->persistent;
        struct loan loan = {};
        int r, result;

        lock = ledger_lock(growth->machine, page_type_name(PAGE_HUGE), on_waiting, growth);
        if (lock < 0)
                return lock;
        r = find_loan(growth->machine, growth->node, &loan);
        if (r < 0 || loan.pages == 0)
                return r;
        if (lend(&loan) < 0)
                return 0;

        log_info("node %u: %" PRIu64
                 " free huge pages that fd-shmem holds are given back for the moment, because "
                 "gigantic pages may need the room",
                 loan.node, loan.pages);
        result = escalate_write(growth, false, work);
        r = settle(&loan, growth, growth->persistent - before);
        return result < 0 ? result : r;
}

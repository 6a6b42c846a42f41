/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Grows one node's pool for a domain, and handles shortages. */
#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/grow/grow.h"
#include "helpers/modules/holdings/node-account.h"
#include "helpers/modules/holdings/pool-slots.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/kernel/page-ranges.h"
#include "helpers/modules/reserve/headroom.h"
#include "helpers/modules/reserve/loan.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation-internal.h"

/* How often a reservation is reduced because others allocate memory meanwhile. */
#define RETRIES_MAX 3

/* Grows the pool towards the goal of ACCOUNT, and enters the result even after a failure. */
static int grow(struct reservation *m, struct node_account *account, uint64_t headroom)
{
        const struct grow_task task = {
                .machine = m->machine,
                .node = account->node,
                .size = m->record.size,
                .account = account,
                .limits = { .defrag = m->request->machine_policy.defrag, .headroom = headroom },
                .watch = m->request->watch,
                .parallel = m->request->parallel ?: &m->parallel,
        };
        struct grow_result result;
        int r, grown;

        grown = grow_node(&task, &result);
        r = node_account_close(account);
        return grown < 0 ? grown : r;
}

struct lock_wait {
        const struct grow_watch *watch;
        struct grow_progress progress;
};

static int on_waiting(const struct ledger_wait *wait, void *userdata)
{
        const struct lock_wait *w = userdata;

        return w->watch->progress ? w->watch->progress(&w->progress, w->watch->userdata) : 0;
}

/* Allocates the lent pages again. If there is no room left for them, gigantic pages gained by the loan,
 * GAINED of them, are released for it. */
static int end_loan(struct reservation *m, unsigned node, struct loan *loan, uint64_t gained)
{
        uint64_t missing, pages, lent_per_page;
        int r;

        r = loan_return(loan, &missing);
        if (r < 0 || missing == 0 || gained == 0)
                return r;

        lent_per_page = m->record.size.bytes / loan->size.bytes;
        pages = (missing + lent_per_page - 1) / lent_per_page;
        r = release_pages(m->machine, &m->record, &m->holdings, node,
                          pages < gained ? pages : gained);
        return r < 0 ? r : loan_return(loan, &missing);
}

/* Grows once more, with the pages of LENDER that fd-shmem itself holds out of the way. */
static int grow_on_loan(struct reservation *m, struct node_account *account,
                        struct page_size lender, uint64_t headroom)
{
        _cleanup_(loan_done) struct loan loan = LOAN_NULL;
        uint64_t before = node_account_missing(account), after;
        struct lock_wait wait = {
                .watch = &m->request->watch,
                .progress = {
                        .node = account->node,
                        .persistent = account->goal - before,
                        .target = account->goal,
                },
        };
        int r, grown;

        r = loan_take(m->machine, account->node, lender, on_waiting, &wait, &loan);
        if (r <= 0)
                return r;

        grown = grow(m, account, headroom);
        after = node_account_missing(account);
        r = end_loan(m, account->node, &loan, sub_u64(before, after));
        return grown < 0 ? grown : r;
}

/* From the pools of smaller pages, the largest first: they are the fewest. Whoever takes several locks takes them
 * in this order. */
static int grow_on_loans(struct reservation *m, struct node_account *account, uint64_t headroom)
{
        struct pool_slots slots = {};
        unsigned order[POOL_SLOTS_MAX], n;
        int r;

        r = pool_slots_load(m->machine->state, &slots);
        n = pool_slots_order(&slots, order);
        for (unsigned at = 0; at < n && r >= 0; at++) {
                struct page_size lender = pool_slot_size(&slots, order[at]);

                if (lender.bytes < m->record.size.bytes && node_account_missing(account) > 0)
                        r = grow_on_loan(m, account, lender, headroom);
        }
        return r;
}

/* Grows one node's pool by PAGES. */
static int add_pages(struct reservation *m, const struct allocation_node *node, uint64_t pages)
{
        struct node_account account = {
                .machine = m->machine,
                .holdings = &m->holdings,
                .record = &m->record,
                .node = node->line.node,
                .goal = holdings_held(holdings_node(&m->record, node->line.node)) + pages,
        };
        int r;

        r = grow(m, &account, node->headroom);
        if (r < 0 || !page_size_is_gigantic(m->record.size) ||
            node_account_missing(&account) == 0 ||
            m->request->machine_policy.defrag == DEFRAG_NEVER ||
            page_ranges_exhausted(m->machine, account.node, m->record.size))
                return r;

        return grow_on_loans(m, &account, node->headroom);
}

/* Others took memory while NODE's pool grew: if fewer pages will do, *PAGES becomes what still fits. */
static int retry_smaller(struct reservation *m, struct allocation_node *node,
                         const struct ledger_node *line, uint64_t *pages)
{
        uint64_t missing = line->asked - holdings_held(line), fits;
        struct node_memory memory;
        int r;

        if (!reservation_takes_less(m->request))
                return -ENOSPC;
        r = node_memory_read(m->machine->sysfs, m->machine->procfs, line->node, &memory);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read its memory: %m", line->node);

        node_memory_restrict(m->machine, m->record.size, &memory);
        fits = headroom_fitting_pages(&memory, node->headroom, m->record.size.bytes);
        *pages = fits < missing ? fits : missing;
        node->withheld = missing - *pages;
        return 0;
}

int reservation_add(struct reservation *m, struct allocation_node *node)
{
        struct ledger_node *line = holdings_node(&m->record, node->line.node);
        uint64_t pages = node->add;
        int r = 0;

        for (unsigned i = 0; i < RETRIES_MAX && pages > 0; i++) {
                r = add_pages(m, node, pages);
                if (r != -ENOSPC)
                        return r;
                r = retry_smaller(m, node, line, &pages);
                if (r < 0)
                        return r;
        }

        return r;
}

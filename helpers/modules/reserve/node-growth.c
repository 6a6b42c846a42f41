/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Growing one node's pool for a domain, with every page in the ledger. */
#include <inttypes.h>

#include "basic/log.h"
#include "helpers/modules/grow/resize.h"
#include "helpers/modules/kernel/page-ranges.h"
#include "helpers/modules/reserve/headroom-guard.h"
#include "helpers/modules/reserve/headroom.h"
#include "helpers/modules/reserve/loan.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation-internal.h"

#define HUGE_PER_GIGANTIC (page_type_size(PAGE_GIGANTIC) / page_type_size(PAGE_HUGE))

/* How often a reservation makes do with less because memory goes elsewhere meanwhile. */
#define SETTLEMENTS_MAX 3

/* How often pages are added again that somebody else has taken out of the pool meanwhile. */
#define LOSSES_MAX 8

int reservation_look(struct reservation *m, unsigned node, uint64_t persistent, uint64_t *ret_lost)
{
        int r;

        r = holdings_look(m->machine, &m->holdings, &m->record, node, persistent, ret_lost);
        if (r >= 0 && *ret_lost > 0)
                log_warning("node %u: somebody else takes %s pages out of the pool: %" PRIu64
                            " of %s are gone",
                            node, page_type_name(m->record.type), *ret_lost, m->record.domain);
        return r;
}

/* Enters what the last write came to, if that is not known yet. */
static int settle(struct reservation *m, struct ledger_node *line)
{
        struct pool_counts counts;
        int r;

        if (line->pending) {
                r = pool_read(m->machine->sysfs, line->node, m->record.type, &counts);
                if (r < 0)
                        return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                               line->node, page_type_name(m->record.type));
                ledger_node_reconcile(line, pool_persistent(&counts));
        }

        return ledger_store_reservation(m->machine, &m->record);
}

/* One node's pool while it grows. */
struct node_growth {
        struct reservation *reservation;
        unsigned node;
        uint64_t goal;     /* pages that the domain is to hold */
        uint64_t headroom; /* bytes */
        unsigned losses;
};

/* Where others use surplus pages, those become persistent first: so many are asked for in addition. */
static int on_look(const struct pool_counts *counts, uint64_t *target, void *userdata)
{
        struct node_growth *growth = userdata;
        const struct ledger_node *line;
        uint64_t persistent = pool_persistent(counts), lost, held;
        int r;

        r = reservation_look(growth->reservation, growth->node, persistent, &lost);
        if (r < 0)
                return r;
        if (lost > 0 && ++growth->losses == LOSSES_MAX)
                return log_error_errno(EBUSY,
                                       "node %u: somebody else makes the pool of %s pages smaller "
                                       "again and again: given up",
                                       growth->node,
                                       page_type_name(growth->reservation->record.type));

        line = holdings_node(&growth->reservation->record, growth->node);
        held = holdings_held(line);
        *target = persistent;
        if (growth->goal > held)
                *target += counts->surplus + growth->goal - held;
        return 0;
}

/* Surplus pages on other nodes can end up in this pool for a moment (see resize.h), and count as ours if
 * we die in it. */
static int on_announce(const struct pool_counts *counts, uint64_t target, void *userdata)
{
        struct node_growth *growth = userdata;
        uint64_t persistent = pool_persistent(counts);
        struct reservation *m = growth->reservation;
        struct ledger_node *line = holdings_node(&m->record, growth->node);
        uint64_t elsewhere = 0;
        int r = 0;

        if (target > persistent)
                r = resize_surplus_elsewhere(m->machine->sysfs, growth->node, m->record.type,
                                             &elsewhere);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pools of %s pages: %m",
                                       growth->node, page_type_name(m->record.type));

        line->pending = true;
        line->before = persistent;
        line->target = target + elsewhere;
        line->surplus = counts->surplus;
        r = ledger_store_reservation(m->machine, &m->record);
        line->pending = r >= 0;
        return r;
}

static int on_settle(uint64_t persistent, void *userdata)
{
        struct node_growth *growth = userdata;
        struct reservation *m = growth->reservation;

        ledger_node_reconcile(holdings_node(&m->record, growth->node), persistent);
        return ledger_store_reservation(m->machine, &m->record);
}

/* Grows the pool towards the goal, and enters what came of it even if that ended in a failure. */
static int grow(struct node_growth *growth)
{
        const struct grow_account account = { on_look, on_announce, on_settle, growth };
        struct reservation *m = growth->reservation;
        struct headroom_guard guard = {
                .machine = m->machine,
                .type = m->record.type,
                .headroom = growth->headroom,
                .policy = &m->request->grow,
        };
        struct grow_policy policy = headroom_guard_policy(&guard);
        struct grow_result result;
        int r, grown;

        if (!policy.parallel)
                policy.parallel = &m->parallel;
        policy.account = &account;
        policy.defrag = m->request->machine_policy.defrag;
        grown = grow_node(m->machine, growth->node, m->record.type, 0, &policy, &result);
        r = settle(m, holdings_node(&m->record, growth->node));
        return grown < 0 ? grown : r;
}

static int on_waiting(const struct ledger_wait *wait, void *userdata)
{
        const struct node_growth *growth = userdata;
        const struct reservation *m = growth->reservation;
        const struct grow_policy *policy = &m->request->grow;
        uint64_t held = holdings_held(holdings_node(&m->record, growth->node));

        return policy->progress
                       ? policy->progress(growth->node, held, growth->goal, policy->userdata)
                       : 0;
}

/* Takes the lent pages back. Where that leaves no room for them, gigantic pages that the loan brought,
 * GAINED of them, are given up for it. */
static int end_loan(struct node_growth *growth, struct loan *loan, uint64_t gained)
{
        struct reservation *m = growth->reservation;
        uint64_t missing, pages;
        int r;

        r = loan_return(loan, &missing);
        if (r < 0 || missing == 0 || gained == 0)
                return r;

        pages = (missing + HUGE_PER_GIGANTIC - 1) / HUGE_PER_GIGANTIC;
        r = release_pages(m->machine, &m->record, &m->holdings, growth->node,
                          pages < gained ? pages : gained);
        return r < 0 ? r : loan_return(loan, &missing);
}

/* Grows once more with what fd-shmem itself holds of huge pages out of the way. */
static int grow_on_loan(struct node_growth *growth)
{
        struct reservation *m = growth->reservation;
        _cleanup_(loan_done) struct loan loan = LOAN_NULL;
        uint64_t before, after;
        int r, grown;

        r = loan_take(m->machine, growth->node, on_waiting, growth, &loan);
        if (r <= 0)
                return r;

        before = holdings_held(holdings_node(&m->record, growth->node));
        grown = grow(growth);
        after = holdings_held(holdings_node(&m->record, growth->node));
        r = end_loan(growth, &loan, after > before ? after - before : 0);
        return grown < 0 ? grown : r;
}

static bool wants_loan(const struct node_growth *growth)
{
        const struct reservation *m = growth->reservation;

        return m->record.type == PAGE_GIGANTIC &&
               m->request->machine_policy.defrag != DEFRAG_NEVER &&
               holdings_held(holdings_node(&m->record, growth->node)) < growth->goal &&
               !page_ranges_exhausted(m->machine, growth->node, m->record.type);
}

/* Grows one node's pool by PAGES. */
static int add_pages(struct reservation *m, const struct plan_node *node, uint64_t pages)
{
        struct node_growth growth = {
                .reservation = m,
                .node = node->line.node,
                .goal = holdings_held(holdings_node(&m->record, node->line.node)) + pages,
                .headroom = node->headroom,
        };
        int r;

        r = grow(&growth);
        return r >= 0 && wants_loan(&growth) ? grow_on_loan(&growth) : r;
}

/* Others took memory while NODE's pool grew: if fewer pages will do, *PAGES becomes what still fits. */
static int retry_smaller(struct reservation *m, struct plan_node *node,
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

        headroom_restrict(m->machine, m->record.type, &memory);
        fits = headroom_fitting_pages(&memory, node->headroom, page_type_size(m->record.type));
        *pages = fits < missing ? fits : missing;
        node->withheld = missing - *pages;
        return 0;
}

int reservation_add(struct reservation *m, struct plan_node *node)
{
        struct ledger_node *line = holdings_node(&m->record, node->line.node);
        uint64_t pages = node->add;
        int r = 0;

        for (unsigned i = 0; i < SETTLEMENTS_MAX && pages > 0; i++) {
                r = add_pages(m, node, pages);
                if (r != -ENOSPC)
                        return r;
                r = retry_smaller(m, node, line, &pages);
                if (r < 0)
                        return r;
        }

        return r;
}

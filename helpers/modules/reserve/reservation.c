/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/reservation.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/grow/escalate.h"
#include "helpers/modules/grow/parallel.h"
#include "helpers/modules/grow/resize.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/settings.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/available.h"
#include "helpers/modules/reserve/headroom-guard.h"
#include "helpers/modules/reserve/headroom.h"
#include "helpers/modules/reserve/release.h"

/* How often a reservation makes do with less because memory goes elsewhere meanwhile. */
#define SETTLEMENTS_MAX 3

/* How often pages are added again that somebody else has taken out of the pool meanwhile. */
#define LOSSES_MAX 8

/* A reservation in the making. RECORD has a line for each node of the plan. */
struct reservation {
        const struct machine *machine;
        const struct reservation_request *request;
        struct holdings holdings;             /* of this domain as it was before */
        const struct ledger_reservation *own; /* in CLAIMS, or NULL */
        struct plan plan;
        struct ledger_reservation record;
        struct ledger_reservation kept; /* what stays of what was added earlier */
        struct parallel parallel;
};

static void reservation_done(struct reservation *making)
{
        holdings_done(&making->holdings);
        plan_done(&making->plan);
        ledger_reservation_done(&making->record);
        ledger_reservation_done(&making->kept);
}

/* On a shortage. */
static bool takes_less(const struct reservation_request *request)
{
        return request->policy.shortage == SHORTAGE_CONTINUE;
}

static int load(struct reservation *m)
{
        int r;

        r = holdings_load(m->machine, m->request->type, m->request->domain, &m->holdings);
        if (r < 0)
                return r;

        m->own = holdings_of(&m->holdings, m->request->domain);
        return 0;
}

static int decide(struct reservation *m)
{
        const struct reservation_request *request = m->request;
        int r;

        r = plan_resolve(m->machine, request->type, &request->pages, &m->plan);
        if (r < 0)
                return r;
        r = plan_account(m->machine, &m->plan, request->domain, m->own, m->holdings.reservations,
                         m->holdings.n);
        if (r < 0)
                return r;
        r = plan_decide(m->machine, &m->plan, request->policy.existing == EXISTING_ADOPT);
        if (r < 0)
                return r;

        return plan_check_headroom(m->machine, &m->plan, policy_headroom(&request->machine_policy),
                                   takes_less(request));
}

static int make_records(struct reservation *m)
{
        const struct reservation_request *request = m->request;

        m->record.domain = strdup(request->domain);
        m->record.type = request->type;
        m->record.release = request->policy.release;
        m->record.take_less = takes_less(request);
        if (!m->record.domain)
                return log_oom();

        for (size_t i = 0; i < m->plan.n_nodes; i++) {
                const struct plan_node *node = &m->plan.nodes[i];
                struct ledger_node *line = holdings_make_node(&m->record, node->line.node);
                struct ledger_node *kept = holdings_make_node(&m->kept, node->line.node);

                if (!line || !kept)
                        return log_oom();
                *line = *kept = node->line;
                line->adopted += node->adopt;
                holdings_take_added(kept, node->give_back);
        }

        return 0;
}

/* Enters what others have done to the pool, which has PERSISTENT pages. */
static int look(struct reservation *m, unsigned node, uint64_t persistent, uint64_t *ret_lost)
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

/* Writes down what is asked and what of it is there. The baseline comes first: without it, what is added
 * to a pool that was never looked at would be the others' for the next one. */
static int record_plan(struct reservation *m)
{
        int r;

        r = make_records(m);
        if (r < 0)
                return r;

        for (size_t i = 0; i < m->plan.n_nodes; i++) {
                const struct plan_node *node = &m->plan.nodes[i];
                uint64_t lost;

                r = look(m, node->line.node, pool_persistent(&node->counts), &lost);
                if (r < 0)
                        return r;
        }

        return ledger_store_reservation(m->machine, &m->record);
}

/* One node's pool while it grows. */
struct node_growth {
        struct reservation *making;
        unsigned node;
        uint64_t goal; /* pages that the domain is to hold */
        unsigned losses;
};

/* Where others use surplus pages, those become persistent first: so many are asked for in addition. */
static int on_look(const struct pool_counts *counts, uint64_t *target, void *userdata)
{
        struct node_growth *growth = userdata;
        const struct ledger_node *line;
        uint64_t persistent = pool_persistent(counts), lost, held;
        int r;

        r = look(growth->making, growth->node, persistent, &lost);
        if (r < 0)
                return r;
        if (lost > 0 && ++growth->losses == LOSSES_MAX)
                return log_error_errno(EBUSY,
                                       "node %u: somebody else makes the pool of %s pages smaller "
                                       "again and again: given up",
                                       growth->node, page_type_name(growth->making->record.type));

        line = holdings_node(&growth->making->record, growth->node);
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
        struct reservation *m = growth->making;
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
        struct reservation *m = growth->making;

        ledger_node_reconcile(holdings_node(&m->record, growth->node), persistent);
        return ledger_store_reservation(m->machine, &m->record);
}

/* Grows one node's pool by PAGES; what was got is entered even if that ended in a failure. */
static int add_pages(struct reservation *m, struct ledger_node *line, uint64_t pages,
                     uint64_t headroom)
{
        struct node_growth growth = {
                .making = m,
                .node = line->node,
                .goal = holdings_held(line) + pages,
        };
        const struct grow_account account = { on_look, on_announce, on_settle, &growth };
        struct headroom_guard guard = {
                .machine = m->machine,
                .type = m->record.type,
                .headroom = headroom,
                .policy = &m->request->grow,
        };
        struct grow_policy policy = headroom_guard_policy(&guard);
        struct grow_result result;
        int r, grown;

        if (!policy.parallel)
                policy.parallel = &m->parallel;
        policy.account = &account;
        policy.defrag = m->request->machine_policy.defrag;
        grown = grow_node(m->machine, line->node, m->record.type, 0, &policy, &result);
        r = settle(m, line);
        return grown < 0 ? grown : r;
}

/* Others took memory while NODE's pool grew: if fewer pages will do, *PAGES becomes what still fits. */
static int retry_smaller(struct reservation *m, struct plan_node *node,
                         const struct ledger_node *line, uint64_t *pages)
{
        uint64_t missing = line->asked - holdings_held(line), fits;
        struct node_memory memory;
        int r;

        if (!takes_less(m->request))
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

static int add_to_node(struct reservation *m, struct plan_node *node)
{
        struct ledger_node *line = holdings_node(&m->record, node->line.node);
        uint64_t pages = node->add;
        int r = 0;

        for (unsigned i = 0; i < SETTLEMENTS_MAX && pages > 0; i++) {
                r = add_pages(m, line, pages, node->headroom);
                if (r != -ENOSPC)
                        return r;
                r = retry_smaller(m, node, line, &pages);
                if (r < 0)
                        return r;
        }

        return r;
}

static int apply(struct reservation *m)
{
        struct plan_node *node;
        int r;

        r = release_excess(m->machine, &m->record, &m->kept, &m->holdings);
        if (r < 0)
                return r;

        while ((node = plan_next(&m->plan))) {
                r = add_to_node(m, node);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int report_shortage(struct reservation *m, const struct ledger_node *line, uint64_t withheld)
{
        const char *type = page_type_name(m->record.type);
        uint64_t held = holdings_held(line);
        _cleanup_free_ char *why = NULL;

        if (line->asked - held <= withheld)
                why = strdup("the others are left to the headroom, see above");
        else if (explain_shortage(m->machine, line->node, m->record.type, line->asked - held,
                                  &why) < 0)
                why = NULL;
        return log_full(takes_less(m->request) ? LOG_WARNING : LOG_ERR, ENOSPC,
                        "node %u: %" PRIu64 " %s pages asked, %" PRIu64 " obtained (%" PRIu64
                        " were there, %" PRIu64 " added): %s",
                        line->node, line->asked, type, held, line->adopted, line->added,
                        why ?: "the kernel found no more");
}

static void report_success(const struct reservation *m)
{
        for (size_t i = 0; i < m->plan.n_nodes; i++) {
                const struct ledger_node *line =
                        holdings_node(&m->record, m->plan.nodes[i].line.node);
                struct pool_counts counts = {};

                if (line->asked == 0 || holdings_held(line) < line->asked)
                        continue;
                (void) pool_read(m->machine->sysfs, line->node, m->record.type, &counts);
                log_info("node %u: %" PRIu64 " %s pages asked, all there (%" PRIu64
                         " were in the pool already, %" PRIu64 " added); the pool has %" PRIu64,
                         line->node, line->asked, page_type_name(m->record.type), line->adopted,
                         line->added, pool_persistent(&counts));
        }
}

/* Reads back: is everything there that the record says, is it what was asked for, and free? */
static int verify(struct reservation *m)
{
        bool take_less = takes_less(m->request);
        int result = 0;

        for (size_t i = 0; i < m->plan.n_nodes; i++) {
                struct ledger_node *line = holdings_node(&m->record, m->plan.nodes[i].line.node);
                struct pool_counts counts = {};
                uint64_t lost;
                int r;

                r = pool_read(m->machine->sysfs, line->node, m->record.type, &counts);
                if (r < 0 && line->asked > 0)
                        return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                               line->node, page_type_name(m->record.type));
                r = look(m, line->node, pool_persistent(&counts), &lost);
                if (r < 0)
                        return r;
                if (holdings_held(line) < line->asked)
                        result = report_shortage(m, line, m->plan.nodes[i].withheld);
        }
        if (result >= 0)
                result = available_check(m->machine, &m->record, &m->holdings,
                                         take_less ? LOG_WARNING : LOG_ERR);
        if (result < 0 && !take_less)
                return result;

        report_success(m);
        return 0;
}

/* Gives back what this run added and restores the record; what had been lost by then stays lost. */
static void roll_back(struct reservation *m)
{
        int r;

        r = release_excess(m->machine, &m->record, &m->kept, &m->holdings);
        for (size_t i = 0; i < m->plan.n_nodes; i++) {
                const struct plan_node *node = &m->plan.nodes[i];
                const struct ledger_node *old =
                        m->own ? holdings_node(m->own, node->line.node) : NULL;
                struct ledger_node *line = holdings_node(&m->record, node->line.node);

                line->asked = old ? old->asked : 0;
                line->adopted = line->adopted > node->adopt ? line->adopted - node->adopt : 0;
        }
        if (m->own) {
                m->record.release = m->own->release;
                m->record.take_less = m->own->take_less;
        }

        if (m->own || r < 0)
                (void) ledger_store_reservation(m->machine, &m->record);
        else
                (void) ledger_remove_reservation(m->machine->state, m->record.domain,
                                                 m->record.type);
        log_notice("The %s pages that were added in this attempt %s.",
                   page_type_name(m->record.type),
                   r < 0 ? "could not all be given back (see above)" : "have been given back");
}

int reservation_make(const struct machine *machine, const struct reservation_request *request)
{
        _cleanup_(reservation_done) struct reservation m = { .machine = machine,
                                                             .request = request };
        int r;

        r = load(&m);
        if (r < 0)
                return r;
        r = decide(&m);
        if (r < 0)
                return r;

        r = record_plan(&m);
        if (r < 0)
                return r;
        r = apply(&m);
        (void) settings_restore(machine, request->type);
        if (r >= 0)
                r = verify(&m);
        if (r >= 0)
                return ledger_store_reservation(machine, &m.record);

        roll_back(&m);
        return r;
}

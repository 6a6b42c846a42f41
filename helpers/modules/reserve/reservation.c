/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/reservation.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/settings.h"
#include "helpers/modules/reserve/available.h"
#include "helpers/modules/reserve/explain.h"
#include "helpers/modules/reserve/near.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation-internal.h"

static void reservation_done(struct reservation *m)
{
        holdings_done(&m->holdings);
        allocation_done(&m->allocation);
        ledger_reservation_done(&m->record);
        ledger_reservation_done(&m->kept);
}

static int decide(struct reservation *m)
{
        const struct reservation_request *request = m->request;
        int r;

        m->own = holdings_of(&m->holdings, request->domain);
        r = near_allocation(m->machine, &request->policy, request->size, &request->pages,
                            &m->allocation);
        if (r < 0)
                return r;
        r = allocation_account(m->machine, &m->allocation, request->domain, m->own,
                               m->holdings.reservations, m->holdings.n);
        if (r < 0)
                return r;
        r = allocation_decide(m->machine, &m->allocation,
                              request->policy.existing == EXISTING_ADOPT);
        if (r < 0)
                return r;

        return allocation_check_headroom(m->machine, &m->allocation,
                                         policy_headroom(&request->machine_policy),
                                         reservation_takes_less(request));
}

static int make_records(struct reservation *m)
{
        const struct reservation_request *request = m->request;

        m->record.domain = strdup(request->domain);
        m->record.type = request->type;
        m->record.size = request->size;
        m->record.release = request->policy.release;
        m->record.take_less = reservation_takes_less(request);
        if (!m->record.domain)
                return log_oom();

        for (size_t i = 0; i < m->allocation.n_nodes; i++) {
                const struct allocation_node *node = &m->allocation.nodes[i];
                struct ledger_node *line = holdings_make_node(&m->record, node->line.node);
                struct ledger_node *kept = holdings_make_node(&m->kept, node->line.node);

                if (!line || !kept)
                        return log_oom();
                *line = *kept = node->line;
                line->adopted += node->adopt;
        }

        return 0;
}

/* Records the pages requested and those already present. The baseline is stored first: without it, the
 * next reader would count pages added to a new pool as others'. */
static int record_plan(struct reservation *m)
{
        int r;

        r = make_records(m);
        if (r < 0)
                return r;

        for (size_t i = 0; i < m->allocation.n_nodes; i++) {
                const struct allocation_node *node = &m->allocation.nodes[i];

                r = holdings_look(m->machine, &m->holdings, &m->record, node->line.node,
                                  pool_persistent(&node->counts), NULL);
                if (r < 0)
                        return r;
        }

        return ledger_store_reservation(m->machine, &m->record);
}

static int report_shortage(struct reservation *m, const struct ledger_node *line, uint64_t withheld)
{
        const char *pages = page_size_name(m->record.size);
        uint64_t held = holdings_held(line);
        _cleanup_free_ char *why = NULL;

        if (line->asked - held <= withheld)
                why = strdup("the rest was withheld to keep the headroom");
        else if (explain_shortage(m->machine, line->node, m->record.size, line->asked - held,
                                  &why) < 0)
                why = NULL;
        return log_full(reservation_takes_less(m->request) ? LOG_WARNING : LOG_ERR, ENOSPC,
                        "node %u: %" PRIu64 " %s pages asked, %" PRIu64 " obtained (%" PRIu64
                        " were there, %" PRIu64 " added): %s",
                        line->node, line->asked, pages, held, line->adopted, line->added,
                        why ?: "the kernel found no more");
}

static void report_success(const struct reservation *m)
{
        for (size_t i = 0; i < m->allocation.n_nodes; i++) {
                const struct ledger_node *line =
                        holdings_node(&m->record, m->allocation.nodes[i].line.node);
                struct pool_counts counts = {};

                if (line->asked == 0 || holdings_held(line) < line->asked)
                        continue;
                (void) pool_read(m->machine->sysfs, line->node, m->record.size, &counts);
                log_info("node %u: %" PRIu64 " %s pages asked, all there (%" PRIu64
                         " were in the pool already, %" PRIu64 " added); the pool has %" PRIu64,
                         line->node, line->asked, page_size_name(m->record.size), line->adopted,
                         line->added, pool_persistent(&counts));
        }
}

/* Releases what the domain is not to have any more. What was added is there already: if pages are missing,
 * those that were to move to another node may not come back. */
static int release_rest(struct reservation *m)
{
        _cleanup_reservation_ struct ledger_reservation stays = {};

        for (size_t i = 0; i < m->allocation.n_nodes; i++) {
                const struct allocation_node *node = &m->allocation.nodes[i];
                unsigned number = node->line.node;
                struct ledger_node *line = holdings_make_node(&stays, number);

                if (!line)
                        return log_oom();
                *line = *holdings_node(node->give_back > 0 ? &m->kept : &m->record, number);
                holdings_take_added(line, node->give_back);
        }
        return release_excess(m->machine, &m->record, &stays, &m->holdings);
}

/* Reads back and checks that all recorded pages exist, and are as many as requested. */
static int verify(struct reservation *m)
{
        int result = 0;

        for (size_t i = 0; i < m->allocation.n_nodes; i++) {
                struct ledger_node *line =
                        holdings_node(&m->record, m->allocation.nodes[i].line.node);
                struct pool_counts counts = {};
                int r;

                r = pool_read(m->machine->sysfs, line->node, m->record.size, &counts);
                if (r < 0 && line->asked > 0)
                        return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                               line->node, page_size_name(m->record.size));
                r = holdings_look(m->machine, &m->holdings, &m->record, line->node,
                                  pool_persistent(&counts), NULL);
                if (r < 0)
                        return r;
                if (holdings_held(line) < line->asked)
                        result = report_shortage(m, line, m->allocation.nodes[i].withheld);
        }
        return result < 0 && reservation_takes_less(m->request) ? 0 : result;
}

/* Checks that the pages are free. */
static int verify_free(const struct reservation *m)
{
        bool take_less = reservation_takes_less(m->request);
        int r = available_check(m->machine, &m->record, &m->holdings,
                                take_less ? LOG_WARNING : LOG_ERR);

        return r < 0 && take_less ? 0 : r;
}

/* Releases the pages that this run added and restores the record; pages lost by then stay lost. */
static void roll_back(struct reservation *m)
{
        int r;

        r = release_excess(m->machine, &m->record, &m->kept, &m->holdings);
        for (size_t i = 0; i < m->allocation.n_nodes; i++) {
                const struct allocation_node *node = &m->allocation.nodes[i];
                const struct ledger_node *old =
                        m->own ? holdings_node(m->own, node->line.node) : NULL;
                struct ledger_node *line = holdings_node(&m->record, node->line.node);

                line->asked = old ? old->asked : 0;
                line->adopted = line->adopted > node->adopt ? line->adopted - node->adopt : 0;
                line->adopted += node->disown;
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
        log_notice("The %s pages that were added in this attempt %s",
                   page_size_name(m->record.size),
                   r < 0 ? "could not all be released" : "have been released");
}

int reservation_make(const struct machine *machine, const struct reservation_request *request)
{
        _cleanup_(reservation_done) struct reservation m = { .machine = machine,
                                                             .request = request };
        struct allocation_node *node;
        int r;

        r = holdings_load(machine, request->size, request->domain, &m.holdings);
        if (r < 0)
                return r;
        r = decide(&m);
        if (r < 0)
                return r;

        r = record_plan(&m);
        if (r < 0)
                return r;
        while (r >= 0 && (node = allocation_next(&m.allocation)))
                r = reservation_add(&m, node);
        (void) settings_restore(machine, request->size);
        if (r >= 0)
                r = verify(&m);
        if (r >= 0)
                r = release_rest(&m);
        if (r >= 0)
                r = verify_free(&m);
        if (r >= 0) {
                report_success(&m);
                return ledger_store_reservation(machine, &m.record);
        }

        roll_back(&m);
        return r;
}

int reservation_preview(const struct machine *machine, const struct reservation_request *request,
                        struct allocation *ret)
{
        _cleanup_(reservation_done) struct reservation m = { .machine = machine,
                                                             .request = request };
        int r;

        r = holdings_read(machine, request->size, request->domain, &m.holdings);
        if (r < 0)
                return r;
        r = decide(&m);
        if (r < 0)
                return r;

        m.allocation.reservations = NULL;
        m.allocation.n_reservations = 0;
        *ret = m.allocation;
        m.allocation = (struct allocation){};
        return 0;
}

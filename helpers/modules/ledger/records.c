/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/ledger/records.h"

#include <stdlib.h>
#include <string.h>

#include "basic/string-list.h"

struct ledger_baseline_node *ledger_baseline_node(const struct ledger_baseline *baseline,
                                                  unsigned node)
{
        for (size_t i = 0; i < baseline->n_nodes; i++)
                if (baseline->nodes[i].node == node)
                        return &baseline->nodes[i];

        return NULL;
}

struct ledger_baseline_node *ledger_baseline_make(struct ledger_baseline *baseline, unsigned node)
{
        struct ledger_baseline_node *found = ledger_baseline_node(baseline, node), *bigger;
        size_t at = 0;

        if (found)
                return found;
        bigger = reallocarray(baseline->nodes, baseline->n_nodes + 1, sizeof(*bigger));
        if (!bigger)
                return NULL;

        while (at < baseline->n_nodes && bigger[at].node < node)
                at++;
        memmove(&bigger[at + 1], &bigger[at], (baseline->n_nodes - at) * sizeof(*bigger));
        bigger[at] = (struct ledger_baseline_node){ .node = node };
        baseline->nodes = bigger;
        baseline->n_nodes++;
        return &bigger[at];
}

void ledger_baseline_done(struct ledger_baseline *baseline)
{
        free(baseline->nodes);
        *baseline = (struct ledger_baseline){};
}

void ledger_reservation_done(struct ledger_reservation *reservation)
{
        free(reservation->domain);
        free(reservation->nodes);
        *reservation = (struct ledger_reservation){};
}

void ledger_reservations_free(struct ledger_reservation *reservations, size_t n)
{
        for (size_t i = 0; i < n; i++)
                ledger_reservation_done(&reservations[i]);
        free(reservations);
}

void ledger_domain_done(struct ledger_domain *domain)
{
        free(domain->name);
        free(domain->path);
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                free(domain->place[type]);
        string_list_free(domain->parents_made);
        *domain = (struct ledger_domain){};
}

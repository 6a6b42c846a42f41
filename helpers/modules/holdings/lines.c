/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/lines.h"

#include <string.h>

#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/holdings/account.h"

struct ledger_node *holdings_node(const struct ledger_reservation *reservation, unsigned node)
{
        for (size_t i = 0; i < reservation->n_nodes; i++)
                if (reservation->nodes[i].node == node)
                        return &reservation->nodes[i];

        return NULL;
}

struct ledger_node *holdings_make_node(struct ledger_reservation *reservation, unsigned node)
{
        struct ledger_node *found = holdings_node(reservation, node), *bigger;
        size_t at = 0;

        if (found)
                return found;
        bigger = reallocarray(reservation->nodes, reservation->n_nodes + 1, sizeof(*bigger));
        if (!bigger)
                return NULL;

        while (at < reservation->n_nodes && bigger[at].node < node)
                at++;
        memmove(&bigger[at + 1], &bigger[at], (reservation->n_nodes - at) * sizeof(*bigger));
        bigger[at] = (struct ledger_node){ .node = node };
        reservation->nodes = bigger;
        reservation->n_nodes++;
        return &bigger[at];
}

uint64_t holdings_total(const struct ledger_reservation *reservation)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < reservation->n_nodes; i++)
                sum += holdings_held(&reservation->nodes[i]);
        return sum;
}

uint64_t holdings_sum(const struct ledger_reservation *reservations, size_t n, unsigned node,
                      const char *except)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < n; i++)
                if (!except || strcmp(reservations[i].domain, except) != 0)
                        sum += holdings_accounted(holdings_node(&reservations[i], node));

        return sum;
}

uint64_t holdings_adoptable(const struct pool_counts *counts, uint64_t accounted, uint64_t own)
{
        return min_u64(sub_u64(pool_persistent(counts), accounted), sub_u64(counts->free, own));
}

void holdings_reconciled(struct ledger_node *node)
{
        node->pending = false;
        node->before = node->target = node->surplus = 0;
}

void holdings_take_added(struct ledger_node *node, uint64_t pages)
{
        node->added -= min_u64(node->added, pages);
        node->converted = min_u64(node->converted, node->added);
}

void holdings_add(struct ledger_node *node, uint64_t pages)
{
        node->added += pages;
        node->converted += min_u64(pages, node->surplus);
}

void holdings_reconcile(struct ledger_node *node, uint64_t persistent)
{
        if (!node->pending)
                return;

        if (node->target >= node->before)
                holdings_add(node, account_gained(node->before, node->target, persistent));
        else
                holdings_take_added(node, node->before - node->target);
        holdings_reconciled(node);
}

struct ledger_reservation *holdings_of(const struct holdings *holdings, const char *domain)
{
        for (size_t i = 0; domain && i < holdings->n; i++)
                if (strcmp(holdings->reservations[i].domain, domain) == 0)
                        return &holdings->reservations[i];

        return NULL;
}

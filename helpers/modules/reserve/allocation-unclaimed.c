/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/available.h"

/* Whether there is a node where pages could be adopted, if all free ones belonged to no domain. */
static bool could_adopt(const struct allocation *allocation)
{
        for (size_t i = 0; i < allocation->n_nodes; i++) {
                const struct allocation_node *node = &allocation->nodes[i];
                uint64_t held = holdings_held(&node->line);

                if (node->line.asked > held &&
                    holdings_adoptable(&node->counts,
                                       node->others + holdings_accounted(&node->line), held) > 0)
                        return true;
        }

        return false;
}

uint64_t allocation_count_unclaimed(const struct machine *machine, struct allocation *allocation,
                                    const struct ledger_reservation *reservations,
                                    size_t n_reservations)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < allocation->n_nodes; i++)
                allocation->nodes[i].unclaimed = 0;
        if (!could_adopt(allocation))
                return 0;

        for (size_t i = 0; i < n_reservations; i++) {
                const struct ledger_reservation *other = &reservations[i];

                if (strcmp(other->domain, allocation->domain) == 0 ||
                    available_is_mounted(machine, other->domain, other->type))
                        continue;
                for (size_t n = 0; n < allocation->n_nodes; n++)
                        allocation->nodes[n].unclaimed +=
                                holdings_held(holdings_node(other, allocation->nodes[n].line.node));
                for (size_t n = 0; n < other->n_nodes; n++)
                        sum += holdings_held(&other->nodes[n]);
        }

        return sum;
}

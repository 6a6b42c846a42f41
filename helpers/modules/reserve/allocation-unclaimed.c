/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/available.h"

/* Is there a node where pages could be adopted, if all that are free were nobody's? */
static bool could_adopt(const struct plan *plan)
{
        for (size_t i = 0; i < plan->n_nodes; i++) {
                const struct plan_node *node = &plan->nodes[i];
                uint64_t held = holdings_held(&node->line);

                if (node->line.asked > held &&
                    holdings_adoptable(&node->counts,
                                       node->others + holdings_accounted(&node->line), held) > 0)
                        return true;
        }

        return false;
}

uint64_t plan_count_unclaimed(const struct machine *machine, struct plan *plan,
                              const struct ledger_reservation *claims, size_t n_claims)
{
        uint64_t sum = 0;

        for (size_t i = 0; i < plan->n_nodes; i++)
                plan->nodes[i].unclaimed = 0;
        if (!could_adopt(plan))
                return 0;

        for (size_t i = 0; i < n_claims; i++) {
                const struct ledger_reservation *other = &claims[i];

                if (strcmp(other->domain, plan->domain) == 0 ||
                    available_is_mounted(machine, other->domain, plan->type))
                        continue;
                for (size_t n = 0; n < plan->n_nodes; n++)
                        plan->nodes[n].unclaimed +=
                                holdings_held(holdings_node(other, plan->nodes[n].line.node));
                for (size_t n = 0; n < other->n_nodes; n++)
                        sum += holdings_held(&other->nodes[n]);
        }

        return sum;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pages of one node: how many the domain is to have, and whether that takes a restart because its mount
 * claims them. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/number.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/mounts/option-string.h"
#include "helpers/tool/plan/difference.h"

/* The bytes that a mount claims of the pages of TYPE, which it has from the options. */
static bool claims_now(const struct comparison *c, enum page_type type, uint64_t *ret)
{
        const struct live_mount *mount = c->live->mount + type;
        const char *value;
        size_t length;

        if (!mount->present || !mount->options ||
            !option_string_get(mount->options, "min_size", &value, &length))
                return false;
        *ret = strtoull(value, NULL, 10);
        return true;
}

/* The same for a mount made from the file, with all pages that are asked. */
static bool claims_then(const struct comparison *c, enum page_type type, uint64_t *ret)
{
        const struct domain *domain = c->layout->domain;
        const struct forecast_type *forecast = c->forecast->type + type;
        struct page_size size = domain_page_size(domain, type);
        uint64_t asked = 0;

        if (c->layout->mount[type] != MOUNT_OURS || domain->claim[type].scope == CLAIM_NONE)
                return false;
        for (size_t i = 0; i < forecast->n_nodes; i++)
                asked += forecast->nodes[i].plan.line.asked;
        *ret = mount_claim_pages(&domain->claim[type], size, asked) * size.bytes;
        return true;
}

/* Whether the claim of the mount stays as it is, and is covered at every moment, in whatever order the nodes
 * change. */
static bool claim_stays(const struct comparison *c, enum page_type type)
{
        const struct forecast_type *forecast = c->forecast->type + type;
        uint64_t now = 0, then = 0, least = 0;

        if (claims_now(c, type, &now) != claims_then(c, type, &then) || now != then)
                return false;
        for (size_t i = 0; i < forecast->n_nodes; i++) {
                const struct ledger_node *line = &forecast->nodes[i].plan.line;

                least += min_u64(holdings_held(line), line->asked);
        }
        return now <= least * domain_page_size(c->layout->domain, type).bytes;
}

/* Pages that are only restored do not change the claim of a mount. */
static enum remedy node_remedy(const struct comparison *c, enum page_type type,
                               const struct allocation_node *node)
{
        if (!mount_layout_reserves(c->layout, type))
                return REMEDY_RESTART; /* there is no such reservation any more */
        if (holdings_held(&node->line) + node->lost != node->line.asked && !claim_stays(c, type))
                return REMEDY_RESTART;
        return REMEDY_RESERVE;
}

int differences_of_node(const struct comparison *c, enum page_type type,
                        const struct forecast_node *node, struct differences *list)
{
        const struct allocation_node *plan = &node->plan;
        char now[128], then[64];
        int r;

        if (!forecast_node_changes(node))
                return 0;
        snprintf(now, sizeof(now), "node %u: %" PRIu64, plan->line.node,
                 holdings_held(&plan->line));
        if (plan->lost > 0)
                snprintf(now + strlen(now), sizeof(now) - strlen(now),
                         " (%" PRIu64 " taken away by others)", plan->lost);
        snprintf(then, sizeof(then), "%" PRIu64 " pages", plan->line.asked);
        r = difference_add(list, page_type_key(type), type, node_remedy(c, type, plan), now, then);
        if (r < 0)
                return r;
        list->items[list->n - 1].grows = plan->line.asked > holdings_held(&plan->line);
        list->items[list->n - 1].shrinks = plan->line.asked < holdings_held(&plan->line);
        return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compares the pools with the pages recorded in the ledger. */

#include <inttypes.h>
#include <string.h>

#include "basic/number.h"
#include "helpers/modules/drift/snapshot.h"
#include "helpers/modules/holdings/holdings.h"

static uint64_t held_by(const struct drift_snapshot *snapshot, enum page_type type,
                        const char *domain, unsigned node)
{
        const struct ledger_reservation *own = drift_reservation(snapshot, type, domain);

        return own ? holdings_held(holdings_node(own, node)) : 0;
}

uint64_t drift_expected(const struct drift_snapshot *snapshot, enum page_type type,
                        const struct drift_domain *domain, unsigned node)
{
        const struct ledger_reservation *own =
                drift_reservation(snapshot, type, domain->record.name);
        const struct ledger_node *line = own ? holdings_node(own, node) : NULL;

        if (!line)
                return 0;
        for (size_t i = 0; i < domain->handover.n_pages; i++)
                if (domain->handover.pages[i].type == type &&
                    domain->handover.pages[i].node == node)
                        return max_u64(min_u64(domain->handover.pages[i].pages, line->asked),
                                       holdings_held(line));
        return holdings_held(line);
}

static int report(const struct drift *drift, uint64_t own, uint64_t surplus,
                  struct drift_list *list)
{
        _cleanup_free_ char *of = NULL, *more = NULL;

        if (own != drift->recorded &&
            asprintf(&of, " (%" PRIu64 " of them for this domain)", own) < 0)
                return -ENOMEM;
        if (surplus > 0 &&
            asprintf(&more,
                     ", and %" PRIu64 " as surplus, which the kernel frees when they are released",
                     surplus) < 0)
                return -ENOMEM;

        return drift_add(list, drift,
                         "node %u: %" PRIu64 " %s pages recorded%s, %" PRIu64 " there%s",
                         drift->node, drift->recorded, page_type_name(drift->type), of ?: "",
                         drift->there, more ?: "");
}

/* Pages of all domains on the node: those not yet entered as lost count for every domain with pages
 * there, because it cannot be determined whose they were. */
static void sum_up(const struct drift_snapshot *snapshot, enum page_type type, unsigned node,
                   struct drift *ret, bool *ret_news)
{
        const struct drift_type *of = snapshot->type + type;
        uint64_t held = holdings_sum(of->reservations, of->n_reservations, node, NULL);

        ret->there = holdings_sum(of->now.reservations, of->now.n, node, NULL);
        ret->recorded = held;
        *ret_news = ret->there < held;
}

static int compare_pool(const struct drift_snapshot *snapshot, enum page_type type,
                        const struct drift_pool *pool, const char *only, struct drift_list *list)
{
        const struct drift of_node = {
                .kind = DRIFT_POOL,
                .has_type = true,
                .type = type,
                .has_node = true,
                .node = pool->node,
        };
        struct drift all = of_node;
        bool news;
        int r = 0;

        sum_up(snapshot, type, pool->node, &all, &news);
        for (size_t i = 0; r >= 0 && i < snapshot->n_domains; i++) {
                const char *name = snapshot->domains[i].record.name;
                uint64_t held = held_by(snapshot, type, name, pool->node),
                         expected =
                                 drift_expected(snapshot, type, snapshot->domains + i, pool->node);
                struct drift own = of_node;

                if (only && strcmp(only, name) != 0)
                        continue;
                own.recorded = expected;
                own.there = held;
                own.domain = all.domain = (char *) name;
                if (news && held > 0)
                        r = report(&all, held, pool->counts.surplus, list);
                else if (held < expected)
                        r = report(&own, expected, pool->counts.surplus, list);
        }
        return r;
}

int drift_compare_pools(const struct drift_snapshot *snapshot, const char *only,
                        struct drift_list *list)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                for (size_t i = 0; snapshot->type[type].pools && i < snapshot->n_nodes; i++) {
                        int r = snapshot->type[type].pending
                                        ? 0
                                        : compare_pool(snapshot, type,
                                                       snapshot->type[type].pools + i, only, list);

                        if (r < 0)
                                return r;
                }
        return 0;
}

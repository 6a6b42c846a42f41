/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compares the pools with the pages recorded in the ledger. */

#include <inttypes.h>
#include <string.h>

#include "basic/number.h"
#include "helpers/modules/drift/snapshot.h"
#include "helpers/modules/holdings/holdings.h"

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

static int report(const struct drift *drift, struct page_size size, uint64_t own, uint64_t surplus,
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
                         drift->node, drift->recorded, page_size_name(size), of ?: "", drift->there,
                         more ?: "");
}

/* Pages of all domains on the node: those not yet entered as lost count for every domain with pages
 * there, because it cannot be determined whose they were. */
static void sum_up(const struct drift_type *of, unsigned node, struct drift *ret, bool *ret_news)
{
        uint64_t held = holdings_sum(of->reservations, of->n_reservations, node, NULL);

        ret->there = holdings_sum(of->now.reservations, of->now.n, node, NULL);
        ret->recorded = held;
        *ret_news = ret->there < held;
}

/* The domain's own record in the pool; NULL: none. */
static const struct ledger_reservation *record_of(const struct drift_type *of, const char *domain)
{
        for (size_t i = 0; i < of->n_reservations; i++)
                if (strcmp(of->reservations[i].domain, domain) == 0)
                        return of->reservations + i;
        return NULL;
}

static int compare_domain(const struct drift_snapshot *snapshot, const struct drift_domain *domain,
                          const struct ledger_reservation *record, const struct drift_pool *pool,
                          const struct drift *sum, bool news, struct drift_list *list)
{
        uint64_t held = holdings_held(holdings_node(record, pool->node));
        struct drift all = *sum, own = *sum;

        own.type = all.type = record->type;
        own.domain = all.domain = domain->record.name;
        own.recorded = drift_expected(snapshot, record->type, domain, pool->node);
        own.there = held;
        if (news && held > 0)
                return report(&all, record->size, held, pool->counts.surplus, list);
        if (held < own.recorded)
                return report(&own, record->size, own.recorded, pool->counts.surplus, list);
        return 0;
}

static int compare_pool(const struct drift_snapshot *snapshot, const struct drift_type *of,
                        const struct drift_pool *pool, const char *only, struct drift_list *list)
{
        struct drift sum = {
                .kind = DRIFT_POOL,
                .has_type = true,
                .has_node = true,
                .node = pool->node,
        };
        bool news;
        int r = 0;

        sum_up(of, pool->node, &sum, &news);
        for (size_t i = 0; r >= 0 && i < snapshot->n_domains; i++) {
                const struct drift_domain *domain = snapshot->domains + i;
                const struct ledger_reservation *record = record_of(of, domain->record.name);

                if (record && (!only || strcmp(only, domain->record.name) == 0))
                        r = compare_domain(snapshot, domain, record, pool, &sum, news, list);
        }
        return r;
}

int drift_compare_pools(const struct drift_snapshot *snapshot, const char *only,
                        struct drift_list *list)
{
        for (unsigned slot = 0; slot < pool_slots_end(&snapshot->slots); slot++) {
                const struct drift_type *of = snapshot->type + slot;

                for (size_t i = 0; of->pools && !of->pending && i < snapshot->n_nodes; i++) {
                        int r = compare_pool(snapshot, of, of->pools + i, only, list);

                        if (r < 0)
                                return r;
                }
        }
        return 0;
}

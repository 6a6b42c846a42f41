/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pools, against the pages that the ledger has in them. */

#include <inttypes.h>
#include <string.h>

#include "helpers/modules/drift/snapshot.h"
#include "helpers/modules/pools/claims.h"

/* Somebody is changing the pool, or died in it and left it to the next one who takes the lock. */
static bool is_pending(const struct drift_type *of, unsigned node)
{
        for (size_t i = 0; i < of->n_reservations; i++) {
                const struct ledger_node *line = claims_node(of->reservations + i, node);

                if (line && line->pending)
                        return true;
        }
        return false;
}

static int report(const struct drift *drift, uint64_t own, uint64_t surplus,
                  struct drift_list *list)
{
        _cleanup_free_ char *of = NULL, *more = NULL;

        if (own != drift->recorded &&
            asprintf(&of, " (%" PRIu64 " of them for this domain)", own) < 0)
                return -ENOMEM;
        if (surplus > 0 &&
            asprintf(&more, ", and %" PRIu64 " as surplus, which go when they are free", surplus) <
                    0)
                return -ENOMEM;

        return drift_add(list, drift,
                         "node %u: %" PRIu64 " %s pages recorded%s, %" PRIu64 " there%s",
                         drift->node, drift->recorded, page_type_name(drift->type), of ?: "",
                         drift->there, more ?: "");
}

static int compare_pool(const struct drift_snapshot *snapshot, enum page_type type,
                        const struct drift_pool *pool, const char *only, struct drift_list *list)
{
        const struct drift_type *of = snapshot->type + type;
        struct drift drift = {
                .kind = DRIFT_POOL,
                .has_type = true,
                .type = type,
                .has_node = true,
                .node = pool->node,
                .recorded = claims_sum(of->reservations, of->n_reservations, pool->node, NULL),
                .there = pool->there ? pool_persistent(&pool->counts) : 0,
        };
        int r;

        if (drift.there >= drift.recorded || is_pending(of, pool->node))
                return 0;

        for (size_t i = 0; i < snapshot->n_domains; i++) {
                const char *name = snapshot->domains[i].record.name;
                const struct ledger_reservation *own = drift_reservation(snapshot, type, name);
                uint64_t held = own ? claims_held(claims_node(own, pool->node)) : 0;

                if (held == 0 || (only && strcmp(only, name) != 0))
                        continue;
                drift.domain = (char *) name;
                r = report(&drift, held, pool->counts.surplus, list);
                if (r < 0)
                        return r;
        }
        return 0;
}

int drift_compare_pools(const struct drift_snapshot *snapshot, const char *only,
                        struct drift_list *list)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                for (size_t i = 0; snapshot->type[type].pools && i < snapshot->n_nodes; i++) {
                        int r = compare_pool(snapshot, type, snapshot->type[type].pools + i, only,
                                             list);

                        if (r < 0)
                                return r;
                }
        return 0;
}

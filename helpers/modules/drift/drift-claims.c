/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compares the claims of mounts (min_size=) with the nodes on which their pages were allocated. */

#include <string.h>

#include "basic/grow-array.h"
#include "basic/number.h"
#include "helpers/modules/drift/snapshot.h"
#include "helpers/modules/holdings/holdings.h"

/* The pages that the domain's mount claims on NODE for certain: a claim of less than is reserved may
 * be meant for the other nodes. */
static uint64_t claimed_on(const struct drift_snapshot *snapshot, const struct drift_domain *domain,
                           enum page_type type, unsigned node)
{
        const struct ledger_reservation *own =
                drift_reservation(snapshot, type, domain->record.name);
        uint64_t held, all;

        if (!own || !domain->has_claim[type])
                return 0;
        held = holdings_held(holdings_node(own, node));
        all = holdings_total(own);
        if (domain->claim[type] >= all)
                return held;
        return held > all - domain->claim[type] ? held - (all - domain->claim[type]) : 0;
}

/* The most pages that others can have in use, over all nodes. The kernel's RESERVED pages include the
 * unused part of all mounts' claims; the rest of the claims is in use by files of the mounts themselves. */
static uint64_t most_by_others(const struct drift_snapshot *snapshot, enum page_type type)
{
        const struct drift_type *of = snapshot->type + type;
        uint64_t used = 0, claims = 0, filled;

        for (size_t i = 0; i < snapshot->n_nodes; i++)
                used += of->pools[i].counts.total -
                        min_u64(of->pools[i].counts.total, of->pools[i].counts.free);
        for (size_t i = 0; i < snapshot->n_domains; i++)
                claims += snapshot->domains[i].claim[type];
        filled = claims > of->reserved ? claims - of->reserved : 0;
        return used > filled ? used - filled : 0;
}

static int compare_type(const struct drift_snapshot *snapshot, enum page_type type,
                        struct drift_list *list)
{
        const struct drift_type *of = snapshot->type + type;
        uint64_t by_others = most_by_others(snapshot, type);
        int r;

        for (size_t i = 0; by_others > 0 && i < snapshot->n_nodes; i++) {
                const struct pool_counts *counts = &of->pools[i].counts;
                struct drift_claims claims = {
                        .type = type,
                        .node = snapshot->nodes[i],
                        .total = counts->total,
                        .free = counts->free,
                };

                for (size_t j = 0; j < snapshot->n_domains; j++)
                        claims.claimed +=
                                claimed_on(snapshot, snapshot->domains + j, type, claims.node);
                claims.by_others =
                        min_u64(by_others, claims.total - min_u64(claims.total, claims.free));
                if (claims.claimed == 0 || claims.total < claims.claimed ||
                    claims.by_others <= claims.total - claims.claimed)
                        continue; /* a pool that is too small is reported as such */
                r = grow_array(&list->claims, list->n_claims, &list->claims_room);
                if (r < 0)
                        return r;
                list->claims[list->n_claims++] = claims;
        }
        return 0;
}

int drift_compare_claims(const struct drift_snapshot *snapshot, struct drift_list *list)
{
        int r = 0;

        for (enum page_type type = 0; r >= 0 && type < N_PAGE_TYPES; type++)
                if (snapshot->type[type].supported)
                        r = compare_type(snapshot, type, list);
        return r;
}

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
static uint64_t most_by_others(const struct drift_snapshot *snapshot, unsigned slot)
{
        const struct drift_type *of = snapshot->type + slot;
        uint64_t used = 0, claims = 0, filled;

        for (size_t i = 0; i < snapshot->n_nodes; i++)
                used += of->pools[i].counts.total -
                        min_u64(of->pools[i].counts.total, of->pools[i].counts.free);
        for (size_t i = 0; i < snapshot->n_domains; i++)
                for_each_pool_type(type)
                        if (drift_pools_of(snapshot, snapshot->domains + i, type) == of)
                                claims += snapshot->domains[i].claim[type];
        filled = claims > of->reserved ? claims - of->reserved : 0;
        return used > filled ? used - filled : 0;
}

static uint64_t claimed_by_all(const struct drift_snapshot *snapshot, const struct drift_type *of,
                               unsigned node)
{
        uint64_t claimed = 0;

        for (size_t i = 0; i < snapshot->n_domains; i++)
                for_each_pool_type(type)
                        if (drift_pools_of(snapshot, snapshot->domains + i, type) == of)
                                claimed += claimed_on(snapshot, snapshot->domains + i, type, node);
        return claimed;
}

static int compare_type(const struct drift_snapshot *snapshot, unsigned slot,
                        struct drift_list *list)
{
        const struct drift_type *of = snapshot->type + slot;
        uint64_t by_others = most_by_others(snapshot, slot);
        int r;

        for (size_t i = 0; by_others > 0 && i < snapshot->n_nodes; i++) {
                const struct pool_counts *counts = &of->pools[i].counts;
                struct drift_claims claims = {
                        .size = pool_slot_size(&snapshot->slots, slot),
                        .node = snapshot->nodes[i],
                        .total = counts->total,
                        .free = counts->free,
                };

                claims.claimed = claimed_by_all(snapshot, of, claims.node);
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

        for (unsigned slot = 0; r >= 0 && slot < pool_slots_end(&snapshot->slots); slot++)
                if (snapshot->type[slot].supported)
                        r = compare_type(snapshot, slot, list);
        return r;
}

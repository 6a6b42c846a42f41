/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What of the domains is not as it was made, and what else is worth a word. */

#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/tool/query/damage.h"

static int load_failure(const struct tool *tool, struct query_domain *domain)
{
        int r;

        if (!domain->name || domain->state == DOMAIN_UP || domain->state == DOMAIN_DAMAGED)
                return 0;
        r = ledger_load_failure(tool->machine.state, domain->name, &domain->failure);
        return r == -ENOENT || r == -EACCES ? 0 : r;
}

int query_find_damage(const struct tool *tool, const char *only, struct query *query)
{
        int r;

        if (tool->machine.state < 0)
                return 0;
        r = damage_find(tool, only, &query->drift);
        if (r < 0)
                return query_miss(query,
                                  "whether the domains are as they were made is not known: "
                                  "%s",
                                  strerror(-r));

        for (size_t i = 0; r >= 0 && i < query->n_domains; i++) {
                struct query_domain *domain = query->domains + i;

                if (domain->state == DOMAIN_UP && domain->name &&
                    drift_has(&query->drift, domain->name))
                        domain->state = DOMAIN_DAMAGED;
                r = load_failure(tool, domain);
        }
        return r;
}

/* Programs that look for a mount themselves write into the first they find. Those of the domain's
 * group are at home. */
void query_find_foreign(struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++) {
                struct query_domain *domain = query->domains + i;

                if (!domain->name || !domain->has_directory ||
                    (domain->state != DOMAIN_UP && domain->state != DOMAIN_DAMAGED))
                        continue;
                for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                        for (size_t j = 0; j < query->regions.n; j++) {
                                const struct region *region = query->regions.items + j;

                                if (!domain->mount[type].listed ||
                                    region->mount != domain->mount[type].mount ||
                                    region->uid == domain->uid || region->gid == domain->gid)
                                        continue;
                                domain->n_foreign++;
                                domain->foreign = region->uid;
                        }
        }
}

uint64_t query_claimed(const struct query *query, enum page_type type)
{
        uint64_t bytes = 0;

        for (size_t i = 0; i < query->n_domains; i++)
                if (query->domains[i].mount[type].mounted)
                        bytes += query->domains[i].mount[type].claimed;
        return bytes / (page_type_size(type) ?: 1);
}

uint64_t query_unclaimed(const struct query *query, enum page_type type)
{
        const struct query_type *of = query->type + type;
        uint64_t free_pages = 0;

        for (size_t i = 0; i < of->n_pools; i++)
                free_pages += of->pools[i].counts.free;
        return free_pages > of->reserved ? free_pages - of->reserved : 0;
}

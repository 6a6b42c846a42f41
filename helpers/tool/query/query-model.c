/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/query/query-model.h"

#include <stdarg.h>
#include <string.h>

#include "basic/grow-array.h"
#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"

const char *query_state_name(enum query_state state)
{
        static const char *const names[] = {
                [STATE_DOWN] = "down",
                [STATE_STARTING] = "starting",
                [STATE_UP] = "up",
                [STATE_DAMAGED] = "damaged",
                [STATE_LEFTOVER] = "leftover",
                [STATE_UNMANAGED] = "unmanaged",
        };

        return names[state];
}

int query_miss(struct query *query, const char *format, ...)
{
        char *sentence;
        va_list ap;
        int r;

        r = grow_array(&query->missing, query->n_missing, &query->missing_room);
        if (r < 0)
                return log_oom();
        va_start(ap, format);
        r = vasprintf(&sentence, format, ap);
        va_end(ap);
        if (r < 0)
                return log_oom();

        query->missing[query->n_missing++] = sentence;
        return 0;
}

const struct ledger_node *query_claim(const struct query *query, enum page_type type,
                                      const char *domain, unsigned node)
{
        const struct query_type *of = query->type + type;

        for (size_t i = 0; i < of->n_reservations; i++)
                if (strcmp(of->reservations[i].domain, domain) == 0)
                        return holdings_node(of->reservations + i, node);
        return NULL;
}

struct query_pages query_pages(const struct query *query, enum page_type type, const char *domain)
{
        const struct query_type *of = query->type + type;
        struct query_pages pages = {};

        for (size_t i = 0; domain && i < of->n_pools; i++) {
                const struct ledger_node *line =
                        query_claim(query, type, domain, of->pools[i].node);

                pages.asked += line ? line->asked : 0;
                pages.got += holdings_held(line);
        }
        return pages;
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

void query_domain_done(struct query_domain *domain)
{
        free(domain->name);
        free(domain->path);
        free(domain->error);
        free(domain->failure);
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                free(domain->mount[type].path);
                free(domain->mount[type].options);
        }
}

void query_done(struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++)
                query_domain_done(query->domains + i);
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                free(query->type[type].pools);
                ledger_reservations_free(query->type[type].reservations,
                                         query->type[type].n_reservations);
        }
        for (size_t i = 0; i < query->n_missing; i++)
                free(query->missing[i]);
        free(query->domains);
        free(query->nodes);
        free(query->missing);
        free(query->kernel);
        free(query->machine);
        regions_done(&query->regions);
        memory_users_done(&query->users);
        drift_list_done(&query->drift);
        *query = (struct query){};
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/inspect/query-model.h"

#include <stdarg.h>
#include <string.h>

#include "basic/grow-array.h"
#include "basic/log.h"
#include "basic/string-list.h"
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

unsigned query_slot(const struct query *query, const struct query_domain *domain,
                    enum page_type type)
{
        unsigned slot = page_type_has_pool(type)
                                ? pool_slot_find(&query->slots, query_page_size(domain, type))
                                : type;

        return slot < pool_slots_end(&query->slots) ? slot : type;
}

static const struct ledger_reservation *find_record(const struct query *query, enum page_type type,
                                                    const char *domain)
{
        for (unsigned slot = 0; slot < pool_slots_end(&query->slots); slot++)
                for (size_t i = 0; i < query->type[slot].n_reservations; i++) {
                        const struct ledger_reservation *record =
                                query->type[slot].reservations + i;

                        if (record->type == type && strcmp(record->domain, domain) == 0)
                                return record;
                }
        return NULL;
}

const struct ledger_node *query_claim(const struct query *query, enum page_type type,
                                      const char *domain, unsigned node)
{
        const struct ledger_reservation *record = find_record(query, type, domain);

        return record ? holdings_node(record, node) : NULL;
}

struct query_pages query_pages(const struct query *query, enum page_type type, const char *domain)
{
        const struct ledger_reservation *record = domain ? find_record(query, type, domain) : NULL;
        struct query_pages pages = {};

        for (size_t i = 0; record && i < record->n_nodes; i++) {
                pages.asked += record->nodes[i].asked;
                pages.got += holdings_held(record->nodes + i);
        }
        return pages;
}

bool query_shows(const struct query *query, unsigned slot)
{
        const struct query_type *of = query->type + slot;
        bool shows = slot < N_PAGE_TYPES || of->n_reservations > 0;

        for (size_t i = 0; i < of->n_pools && !shows; i++)
                shows = of->pools[i].counts.total > 0;
        for (size_t i = 0; i < query->n_domains && !shows; i++)
                for_each_pool_type(type)
                        shows = shows || query_slot(query, query->domains + i, type) == slot;
        return shows;
}

uint64_t query_claimed(const struct query *query, unsigned slot)
{
        uint64_t bytes = 0;

        for (size_t i = 0; i < query->n_domains; i++)
                for_each_pool_type(type)
                        if (query->domains[i].mount[type].mounted &&
                            query_slot(query, query->domains + i, type) == slot)
                                bytes += query->domains[i].mount[type].claimed;
        return bytes / (pool_slot_size(&query->slots, slot).bytes ?: 1);
}

uint64_t query_unclaimed(const struct query *query, unsigned slot)
{
        const struct query_type *of = query->type + slot;
        uint64_t free_pages = 0;

        for (size_t i = 0; i < of->n_pools; i++)
                free_pages += of->pools[i].counts.free;
        return free_pages > of->reserved ? free_pages - of->reserved : 0;
}

uint64_t query_outside(const struct query *query, uint64_t page_size, unsigned kinds)
{
        const struct memory_users *users = &query->users;
        uint64_t bytes = 0;

        for (size_t i = 0; i < users->n_uses; i++) {
                const struct memory_use *use = users->uses + i;
                bool counted = false;

                if (use->page_size != page_size || !(kinds & (1U << use->kind)))
                        continue;
                for (size_t j = 0; j < i && use->kind != MEMORY_ANONYMOUS && !counted; j++)
                        counted = users->uses[j].device == use->device &&
                                  users->uses[j].inode == use->inode;
                bytes += counted ? 0 : use->allocated;
        }
        return bytes;
}

void query_domain_done(struct query_domain *domain)
{
        free(domain->name);
        free(domain->path);
        free(domain->error);
        free(domain->failure);
        free(domain->unmet);
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                free(domain->mount[type].path);
                free(domain->mount[type].options);
        }
}

void query_done(struct query *query)
{
        for (size_t i = 0; i < query->n_domains; i++)
                query_domain_done(query->domains + i);
        for (unsigned slot = 0; slot < pool_slots_end(&query->slots); slot++) {
                free(query->type[slot].pools);
                ledger_reservations_free(query->type[slot].reservations,
                                         query->type[slot].n_reservations);
        }
        for (size_t i = 0; i < query->n_missing; i++)
                free(query->missing[i]);
        free(query->domains);
        free(query->nodes);
        free(query->missing);
        free(query->kernel);
        free(query->machine);
        free(query->host);
        regions_done(&query->regions);
        memory_users_done(&query->users);
        devices_done(&query->devices);
        string_list_free(query->hints);
        drift_list_done(&query->drift);
        *query = (struct query){};
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The metrics of a domain's page types: what is declared, its mounts, and the regions in them. */

#include "helpers/tool/query/metrics.h"

/* One domain's pages of one type. */
struct part {
        const struct query *query;
        const struct query_domain *domain;
        const struct query_mount *mount;
        enum page_type type;
};

/* NUMBER returns false where there is none. */
static void put_parts(struct metric_writer *w, const struct query *query,
                      bool (*number)(const struct part *part, uint64_t *ret))
{
        for (size_t i = 0; i < query->n_domains; i++)
                for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                        struct part part = { query, query->domains + i,
                                             query->domains[i].mount + type, type };
                        uint64_t value;

                        if (part.domain->name && number(&part, &value))
                                metric_put(w, value, "domain", part.domain->name, "type",
                                           page_type_name(type), NULL);
                }
}

static uint64_t page_bytes(const struct part *part)
{
        return query_page_size(part->domain, part->type).bytes;
}

static bool declared_bytes(const struct part *part, uint64_t *ret)
{
        *ret = part->domain->declared_pages[part->type] * page_bytes(part);
        return page_type_has_pool(part->type) && *ret > 0;
}

static bool used_bytes(const struct part *part, uint64_t *ret)
{
        *ret = part->mount->used;
        return part->mount->listed;
}

static bool claimed_bytes(const struct part *part, uint64_t *ret)
{
        *ret = part->mount->claimed;
        return part->mount->mounted && part->mount->has_claim;
}

static bool limit_bytes(const struct part *part, uint64_t *ret)
{
        *ret = part->mount->limit;
        return part->mount->mounted && part->mount->has_limit;
}

/* Of its pages, those that no region has yet. */
static bool free_bytes(const struct part *part, uint64_t *ret)
{
        uint64_t held =
                query_pages(part->query, part->type, part->domain->name).got * page_bytes(part);

        *ret = held > part->mount->used ? held - part->mount->used : 0;
        return page_type_has_pool(part->type) && part->mount->listed;
}

struct mount_counts {
        uint64_t regions, holdings;
};

/* Adds those of the mount's regions that are FIRST and later, but before END. */
static void add_regions(const struct part *part, size_t first, size_t end,
                        struct mount_counts *counts)
{
        const struct regions *regions = &part->query->regions;

        for (size_t at = first; at < end; at++) {
                if (regions->items[at].mount != part->mount->mount)
                        continue;
                counts->regions++;
                for (uint32_t i = regions->items[at].first_holding; i != REGION_NONE;
                     i = regions->holdings[i].next)
                        counts->holdings++;
        }
}

/* Of the mount's regions: those that have a name, and those that only their holders show. */
static struct mount_counts count(const struct part *part)
{
        const struct regions *regions = &part->query->regions;
        struct mount_counts counts = {};
        size_t first, n = regions_of_mount(regions, part->mount->mount, &first);

        add_regions(part, first, first + n, &counts);
        add_regions(part, regions->n_named, regions->n, &counts);
        return counts;
}

static bool count_regions(const struct part *part, uint64_t *ret)
{
        if (part->mount->listed)
                *ret = count(part).regions;
        return part->mount->listed;
}

/* A process that holds several regions of the mount counts once for each. */
static bool count_holdings(const struct part *part, uint64_t *ret)
{
        if (part->mount->listed)
                *ret = count(part).holdings;
        return part->mount->listed;
}

#define PRINT(name, number)                                                  \
        static void name(struct metric_writer *w, const struct query *query) \
        {                                                                    \
                put_parts(w, query, number);                                 \
        }
PRINT(print_declared, declared_bytes)
PRINT(print_used, used_bytes)
PRINT(print_free, free_bytes)
PRINT(print_claimed, claimed_bytes)
PRINT(print_limit, limit_bytes)
PRINT(print_regions, count_regions)
PRINT(print_holdings, count_holdings)

const struct metric_family metrics_of_mounts[] = {
        { "domain_declared_bytes", "bytes",
          "Pages that fd-shmem.conf asks for now, where that is a number", print_declared },
        { "domain_used_bytes", "bytes", "Memory that the domain's regions have", print_used },
        { "domain_free_bytes", "bytes", "Pages of the domain that no region has", print_free },
        { "domain_claimed_bytes", "bytes", "What the domain's mount claims of the pools",
          print_claimed },
        { "domain_limit_bytes", "bytes", "The most that the domain's mount may have", print_limit },
        { "domain_regions", NULL, "Regions in the domain's mount", print_regions },
        { "domain_holdings", NULL,
          "Regions in the domain's mount, counted once for each process that has them open or mapped",
          print_holdings },
        {},
};

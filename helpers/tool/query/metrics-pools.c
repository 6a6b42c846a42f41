/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The metrics of nodes and pools: one sample per size and, where the kernel has the number, per node. */

#include "helpers/tool/query/metrics.h"

/* "2M", as in fd-shmem.conf. */
static const char *size_of(const struct query *query, unsigned slot)
{
        return page_size_text(pool_slot_size(&query->slots, slot));
}

static void put_pools(struct metric_writer *w, const struct query *query,
                      uint64_t (*pages)(const struct query_pool *pool))
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++)
                for (size_t i = 0; i < query->type[slot].n_pools; i++) {
                        const struct query_pool *pool = query->type[slot].pools + i;

                        metric_put(w, pages(pool) * pool_slot_size(&query->slots, slot).bytes,
                                   "node", metric_label(pool->node).text, "size",
                                   size_of(query, slot), NULL);
                }
}

/* PAGES are those of the size on all nodes together. */
static void put_sizes(struct metric_writer *w, const struct query *query,
                      uint64_t (*pages)(const struct query *query, unsigned slot))
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++)
                if (query->type[slot].supported)
                        metric_put(w,
                                   pages(query, slot) * pool_slot_size(&query->slots, slot).bytes,
                                   "size", size_of(query, slot), NULL);
}

static uint64_t total_of(const struct query_pool *pool)
{
        return pool->counts.total;
}

static uint64_t free_of(const struct query_pool *pool)
{
        return pool->counts.free;
}

static uint64_t surplus_of(const struct query_pool *pool)
{
        return pool->counts.surplus;
}

static uint64_t held_of(const struct query_pool *pool)
{
        return pool->held;
}

static uint64_t others_of(const struct query_pool *pool)
{
        return pool->others;
}

static uint64_t one_of(const struct query *query, unsigned slot)
{
        return 1;
}

static uint64_t reserved_of(const struct query *query, unsigned slot)
{
        return query->type[slot].reserved;
}

static uint64_t unseen_of(const struct query *query, unsigned slot)
{
        return query->type[slot].unseen;
}

#define PRINT(name, put, pages)                                              \
        static void name(struct metric_writer *w, const struct query *query) \
        {                                                                    \
                put(w, query, pages);                                        \
        }
PRINT(print_total, put_pools, total_of)
PRINT(print_free, put_pools, free_of)
PRINT(print_surplus, put_pools, surplus_of)
PRINT(print_held, put_pools, held_of)
PRINT(print_others, put_pools, others_of)
PRINT(print_sizes, put_sizes, one_of)
PRINT(print_reserved, put_sizes, reserved_of)
PRINT(print_claimed, put_sizes, query_claimed)
PRINT(print_unclaimed, put_sizes, query_unclaimed)
PRINT(print_unseen, put_sizes, unseen_of)

static void print_node_memory(struct metric_writer *w, const struct query *query)
{
        for (size_t i = 0; i < query->n_nodes; i++)
                metric_put(w, query->nodes[i].memory.total, "node",
                           metric_label(query->nodes[i].node).text, NULL);
}

static void print_node_available(struct metric_writer *w, const struct query *query)
{
        for (size_t i = 0; i < query->n_nodes; i++)
                metric_put(w, node_memory_available(&query->nodes[i].memory), "node",
                           metric_label(query->nodes[i].node).text, NULL);
}

static void print_outside(struct metric_writer *w, const struct query *query)
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++) {
                uint64_t bytes = pool_slot_size(&query->slots, slot).bytes;

                for (unsigned kind = 0; kind < MEMORY_UNSEEN && query->type[slot].supported; kind++)
                        metric_put(w, query_outside(query, bytes, 1U << kind), "kind",
                                   memory_kind_name(kind), "size", size_of(query, slot), NULL);
        }
}

static void print_outsiders(struct metric_writer *w, const struct query *query)
{
        const struct memory_users *users = &query->users;
        uint64_t n = 0;

        for (size_t i = 0; i < users->n_uses; i++)
                n += i == 0 || users->uses[i].process != users->uses[i - 1].process;
        metric_put(w, n, NULL);
}

const struct metric_family metrics_of_pools[] = {
        { "node_memory_bytes", "bytes", "Memory of a NUMA node", print_node_memory },
        { "node_available_bytes", "bytes",
          "Memory of a NUMA node of which pages could be made, pools apart", print_node_available },
        { "page_size_bytes", "bytes", "What a page is", print_sizes },
        { "pool_bytes", "bytes", "Pages in the pool, in use or not", print_total },
        { "pool_free_bytes", "bytes", "Pages in the pool that nobody uses", print_free },
        { "pool_surplus_bytes", "bytes", "Pages beyond the number that was set, all in use",
          print_surplus },
        { "pool_domains_bytes", "bytes", "Pages in the pool that domains have, in use or not",
          print_held },
        { "pool_others_bytes", "bytes", "Pages in the pool that belong to no domain",
          print_others },
        { "pool_reserved_bytes", "bytes", "Free pages that are promised to mappings and mounts",
          print_reserved },
        { "pool_claimed_bytes", "bytes", "Pages that the mounts of domains claim", print_claimed },
        { "pool_unclaimed_bytes", "bytes", "Free pages that are promised to nobody",
          print_unclaimed },
        { "pool_unseen_bytes", "bytes", "Pages in use by no process or region that was seen",
          print_unseen },
        { "outside_bytes", "bytes", "Pages that processes have outside the domains",
          print_outside },
        { "outside_processes", NULL, "Processes that have pages outside the domains",
          print_outsiders },
        {},
};

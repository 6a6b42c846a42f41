/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nodes, pools, and the owners of their pages. */

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/tool/inspect/collect.h"

static int collect_nodes(const struct tool *tool, struct query *query)
{
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n;
        int r;

        r = numa_nodes(tool->machine.sysfs, &nodes, &n);
        if (r == -ENOENT)
                return query_miss(query, "this kernel knows no NUMA nodes: pools are not shown");
        if (r < 0)
                return log_error_errno(r, "Cannot find out which nodes have memory: %m");
        query->nodes = calloc(n ?: 1, sizeof(*query->nodes));
        if (!query->nodes)
                return log_oom();

        for (size_t i = 0; i < n; i++) {
                struct query_node *node = query->nodes + i;
                cpu_set_t cpus;

                node->node = nodes[i];
                if (numa_cpus(tool->machine.sysfs, nodes[i], &cpus) >= 0)
                        node->cpus = (unsigned) CPU_COUNT(&cpus);
                r = node_memory_read(tool->machine.sysfs, tool->machine.procfs, nodes[i],
                                     &node->memory);
                if (r < 0)
                        return log_error_errno(r, "node %u: cannot read its memory: %m", nodes[i]);
                query->n_nodes++;
        }
        return 0;
}

static int compare_reservations(const void *a, const void *b)
{
        const struct ledger_reservation *x = a, *y = b;

        return strcmp(x->domain, y->domain);
}

/* The ledger is read as it is; a running helper may have pending changes, which are not settled
 * here: read-only commands take no lock and write nothing. */
static int collect_reservations(const struct tool *tool, struct query *query, unsigned slot)
{
        struct page_size size = pool_slot_size(&query->slots, slot);
        struct query_type *of = query->type + slot;
        int r;

        if (tool->machine.state < 0)
                return 0;

        r = ledger_list_reservations(&tool->machine, size, &of->reservations, &of->n_reservations);
        if (r == -EACCES || r == -EPERM)
                return query_miss(query,
                                  "the ledger may not be read: whose the %s pages are is "
                                  "not known",
                                  page_size_name(size));
        if (r >= 0 && of->n_reservations > 0)
                qsort(of->reservations, of->n_reservations, sizeof(*of->reservations),
                      compare_reservations);
        return r;
}

static int collect_pool(const struct tool *tool, struct query_type *of, struct page_size size,
                        unsigned node)
{
        struct query_pool *pool = of->pools + of->n_pools;
        uint64_t persistent;
        int r;

        r = pool_read(tool->machine.sysfs, node, size, &pool->counts);
        if (r == -ENOENT)
                return 0;
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size));

        persistent = pool_persistent(&pool->counts);
        pool->node = node;
        pool->held = holdings_sum(of->reservations, of->n_reservations, node, NULL);
        pool->others = persistent > pool->held ? persistent - pool->held : 0;
        of->supported = true;
        of->n_pools++;
        return 0;
}

static int collect_type(const struct tool *tool, struct query *query, unsigned slot)
{
        struct page_size size = pool_slot_size(&query->slots, slot);
        struct query_type *of = query->type + slot;
        int r;

        r = collect_reservations(tool, query, slot);
        if (r < 0)
                return r;
        of->pools = calloc(query->n_nodes ?: 1, sizeof(*of->pools));
        if (!of->pools)
                return log_oom();
        for (size_t i = 0; i < query->n_nodes; i++) {
                r = collect_pool(tool, of, size, query->nodes[i].node);
                if (r < 0)
                        return r;
        }

        r = of->supported ? pool_reserved(tool->machine.sysfs, size, &of->reserved) : 0;
        return r < 0 ? log_error_errno(r, "Cannot read how many %s pages are promised: %m",
                                       page_size_name(size))
                     : 0;
}

/* The sizes of the domains' pages, of those in the ledger, and all that the kernel has. */
static int add_slots(const struct tool *tool, struct query *query)
{
        struct page_size sizes[POOL_SIZES_MAX];
        int n;

        for (size_t i = 0; i < query->n_domains; i++)
                for_each_pool_type(type)
                        if (query->domains[i].size[type].bytes > 0)
                                pool_slot_add(&query->slots, query->domains[i].size[type]);
        n = pool_sizes(tool->machine.sysfs, sizes);
        for (int i = 0; i < n; i++)
                pool_slot_add(&query->slots, sizes[i]);
        if (tool->machine.state < 0)
                return 0;
        (void) pool_slots_load(tool->machine.state, &query->slots); /* reported with the pools */
        return 0;
}

int query_collect_pools(const struct tool *tool, struct query *query)
{
        int r;

        r = collect_nodes(tool, query);
        if (r < 0)
                return r;

        r = add_slots(tool, query);
        for (unsigned slot = PAGE_NORMAL + 1; r >= 0 && slot < pool_slots_end(&query->slots);
             slot++)
                r = collect_type(tool, query, slot);
        query->type[PAGE_NORMAL].supported = true;
        return r < 0 ? r : 0;
}

static uint64_t pages_of_regions(const struct query *query, unsigned slot)
{
        uint64_t bytes = 0;

        for (size_t i = 0; i < query->n_domains; i++)
                for_each_pool_type(type)
                        if (query_slot(query, query->domains + i, type) == slot)
                                bytes += query->domains[i].mount[type].used;
        return bytes / pool_slot_size(&query->slots, slot).bytes;
}

void query_find_unseen(struct query *query)
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++) {
                struct query_type *of = query->type + slot;
                uint64_t size = pool_slot_size(&query->slots, slot).bytes, used = 0, seen;

                if (!of->supported)
                        continue;
                for (size_t i = 0; i < of->n_pools; i++)
                        used += of->pools[i].counts.total - of->pools[i].counts.free;
                seen = pages_of_regions(query, slot) +
                       query_outside(query, size, UINT_MAX) / size;
                of->unseen = used > seen ? used - seen : 0;
        }
}

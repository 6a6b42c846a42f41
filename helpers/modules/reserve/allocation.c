/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/allocation.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"
#include "basic/size.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/reserve/headroom.h"

/* The entry of the node, which is added if missing. */
static struct allocation_node *insert_node(struct allocation *allocation, unsigned node)
{
        struct allocation_node *bigger;
        size_t at = 0;

        while (at < allocation->n_nodes && allocation->nodes[at].line.node < node)
                at++;
        if (at < allocation->n_nodes && allocation->nodes[at].line.node == node)
                return &allocation->nodes[at];
        bigger = reallocarray(allocation->nodes, allocation->n_nodes + 1, sizeof(*bigger));
        if (!bigger)
                return NULL;

        memmove(&bigger[at + 1], &bigger[at], (allocation->n_nodes - at) * sizeof(*bigger));
        bigger[at] = (struct allocation_node){ .line.node = node };
        allocation->nodes = bigger;
        allocation->n_nodes++;
        return &bigger[at];
}

static int ask(struct allocation *allocation, unsigned node, uint64_t pages)
{
        struct allocation_node *entry = insert_node(allocation, node);

        if (!entry)
                return log_oom();

        entry->line.asked = pages;
        return 0;
}

/* The nodes with memory as text: "0, 2". */
static void format_nodes(const struct allocation_place *places, size_t n, char *buffer, size_t size)
{
        size_t used = 0;

        buffer[0] = '\0';
        for (size_t i = 0; i < n && used < size; i++)
                used += (size_t) snprintf(buffer + used, size - used, "%s%u", i ? ", " : "",
                                          places[i].node);
}

static const struct allocation_place *find_place(const struct allocation_place *places, size_t n,
                                                 unsigned node)
{
        for (size_t i = 0; i < n; i++)
                if (places[i].node == node)
                        return &places[i];

        return NULL;
}

static int ask_nodes(const struct page_request *request, const struct allocation_place *places,
                     size_t n, struct allocation *allocation)
{
        uint64_t size = allocation->size.bytes;

        for (size_t i = 0; i < request->n_nodes; i++) {
                const struct node_amount *named = &request->nodes[i];
                const struct allocation_place *place = find_place(places, n, named->node);
                char list[256];
                int r;

                if (!place) {
                        format_nodes(places, n, list, sizeof(list));
                        return log_error_errno(
                                ENODEV,
                                "node %u: %s pages are asked for, but there is no such node, or it "
                                "has no memory; nodes with memory: %s",
                                named->node, page_size_name(allocation->size), list);
                }
                r = ask(allocation, named->node, amount_pages(&named->amount, size, place->total));
                if (r < 0)
                        return r;
        }

        return 0;
}

/* The same on each node, or a total divided among them. */
static int ask_all(const struct page_request *request, const struct allocation_place *places,
                   size_t n, struct allocation *allocation)
{
        uint64_t size = allocation->size.bytes, total = 0;

        if (request->scope == REQUEST_TOTAL)
                total = amount_pages(&request->amount, size, 0);

        for (size_t i = 0; i < n; i++) {
                uint64_t pages = total / n + (i < total % n ? 1 : 0);
                int r;

                if (request->scope == REQUEST_EACH)
                        pages = amount_pages(&request->amount, size, places[i].total);
                r = ask(allocation, places[i].node, pages);
                if (r < 0)
                        return r;
        }

        return 0;
}

int allocation_resolve_on(const struct allocation_place *places, size_t n, struct page_size size,
                          const struct page_request *request, struct allocation *ret)
{
        _cleanup_allocation_ struct allocation allocation = { .size = size };
        int r = 0;

        if (page_request_is_near(request))
                return log_error_errno(EINVAL,
                                       "The pages are asked for near devices, whose nodes nobody "
                                       "has looked up");
        if (request->scope == REQUEST_NODES)
                r = ask_nodes(request, places, n, &allocation);
        else if (request->scope == REQUEST_EACH || request->scope == REQUEST_TOTAL)
                r = ask_all(request, places, n, &allocation);
        if (r < 0)
                return r;

        *ret = allocation;
        allocation = (struct allocation){};
        return 0;
}

int allocation_places(const struct machine *machine, struct allocation_place **ret, size_t *ret_n)
{
        _cleanup_free_ struct allocation_place *places = NULL;
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n;
        int r;

        r = numa_nodes(machine->sysfs, &nodes, &n);
        if (r >= 0 && n == 0)
                r = -ENODEV;
        if (r < 0)
                return log_error_errno(r, "Cannot find out which nodes have memory: %m");
        places = calloc(n, sizeof(*places));
        if (!places)
                return log_oom();

        for (size_t i = 0; i < n; i++) {
                struct node_memory memory;

                r = node_memory_read(machine->sysfs, machine->procfs, nodes[i], &memory);
                if (r < 0)
                        return log_error_errno(r, "node %u: cannot read its memory: %m", nodes[i]);
                places[i] = (struct allocation_place){ .node = nodes[i], .total = memory.total };
        }

        *ret = TAKE_PTR(places);
        *ret_n = n;
        return 0;
}

static int check_page_size(const struct machine *machine, struct page_size size, unsigned node)
{
        struct pool_counts counts;
        int r;

        r = pool_read(machine->sysfs, node, size, &counts);
        if (r == -ENOENT)
                return log_error_errno(
                        EOPNOTSUPP,
                        "This machine has no %s pages (%s): "
                        "/sys/devices/system/node/node%u/hugepages/hugepages-%" PRIu64
                        "kB does not exist; the processor or the kernel lacks them; this kernel has "
                        "pages of %s: set HugeSize= or GiganticSize= to one of these",
                        page_size_name(size), page_size_text(size), node, size.bytes / 1024,
                        pool_sizes_text(machine->sysfs).text);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size));
        return 0;
}

int allocation_resolve(const struct machine *machine, struct page_size size,
                       const struct page_request *request, struct allocation *ret)
{
        _cleanup_free_ struct allocation_place *places = NULL;
        size_t n;
        int r;

        r = allocation_places(machine, &places, &n);
        if (r < 0)
                return r;
        r = check_page_size(machine, size, places[0].node);
        if (r < 0)
                return r;

        return allocation_resolve_on(places, n, size, request, ret);
}

int allocation_account(const struct machine *machine, struct allocation *allocation,
                       const char *domain, const struct ledger_reservation *own,
                       const struct ledger_reservation *reservations, size_t n_reservations)
{
        int r;

        allocation->domain = domain;
        allocation->reservations = reservations;
        allocation->n_reservations = n_reservations;
        for (size_t i = 0; own && i < own->n_nodes; i++) {
                struct allocation_node *node = insert_node(allocation, own->nodes[i].node);

                if (!node)
                        return log_oom();
                node->line.adopted = own->nodes[i].adopted;
                node->line.added = own->nodes[i].added;
                node->line.converted = own->nodes[i].converted;
                node->lost = own->nodes[i].lost;
        }

        for (size_t i = 0; i < allocation->n_nodes; i++) {
                struct allocation_node *node = &allocation->nodes[i];

                r = pool_read(machine->sysfs, node->line.node, allocation->size, &node->counts);
                if (r < 0 && !(r == -ENOENT && node->line.asked == 0))
                        return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                               node->line.node, page_size_name(allocation->size));
                node->others = holdings_sum(reservations, n_reservations, node->line.node, domain);
        }

        return 0;
}

void allocation_decide_node(struct allocation_node *node, uint64_t *budget)
{
        uint64_t held = holdings_held(&node->line), asked = node->line.asked, own;

        if (asked >= held) {
                uint64_t there = holdings_adoptable(&node->counts,
                                                    node->others + holdings_accounted(&node->line),
                                                    held + node->unclaimed);

                node->adopt = asked - held;
                if (node->adopt > there)
                        node->adopt = there;
                if (node->adopt > *budget)
                        node->adopt = *budget;
                *budget -= node->adopt;
                node->add = asked - held - node->adopt;
                node->convert = node->add > 0 ? node->counts.surplus : 0;
                return;
        }

        /* Fewer than before: the pages that we added are released first; the rest no longer belongs to
         * the domain. */
        own = node->line.added - node->line.converted;
        node->give_back = held - asked < own ? held - asked : own;
        node->disown = held - asked - node->give_back;
        node->line.adopted -= node->disown;
        if (node->give_back == own) /* none of the pages that we added stay */
                node->give_back += node->line.converted;
}

int allocation_adoption_budget(const struct machine *machine, struct allocation *allocation,
                               uint64_t *ret)
{
        _cleanup_free_ unsigned *nodes = NULL;
        uint64_t promised, free_pages = 0;
        size_t n;
        int r;

        r = pool_reserved(machine->sysfs, allocation->size, &promised);
        if (r < 0)
                return r;
        r = numa_nodes(machine->sysfs, &nodes, &n);
        if (r < 0)
                return r;
        for (size_t i = 0; i < n; i++) {
                struct pool_counts counts;

                r = pool_read(machine->sysfs, nodes[i], allocation->size, &counts);
                if (r < 0)
                        return r;
                free_pages += counts.free;
        }
        for (size_t i = 0; i < allocation->n_nodes; i++)
                promised += holdings_held(&allocation->nodes[i].line);
        promised += allocation_count_unclaimed(machine, allocation, allocation->reservations,
                                               allocation->n_reservations);

        *ret = free_pages > promised ? free_pages - promised : 0;
        return 0;
}

int allocation_decide(const struct machine *machine, struct allocation *allocation, bool adopt)
{
        uint64_t budget = 0;
        int r;

        if (adopt) {
                r = allocation_adoption_budget(machine, allocation, &budget);
                if (r < 0)
                        return log_error_errno(r, "Cannot read the pools of %s pages: %m",
                                               page_size_name(allocation->size));
        }

        for (size_t i = 0; i < allocation->n_nodes; i++)
                allocation_decide_node(&allocation->nodes[i], &budget);

        return 0;
}

struct allocation_node *allocation_next(struct allocation *allocation)
{
        struct allocation_node *next = NULL;

        for (size_t i = 0; i < allocation->n_nodes; i++) {
                struct allocation_node *node = &allocation->nodes[i];

                if (!node->done && node->add > 0 && (!next || node->spare < next->spare))
                        next = node;
        }
        if (next)
                next->done = true;
        return next;
}

void allocation_done(struct allocation *allocation)
{
        free(allocation->nodes);
        *allocation = (struct allocation){};
}

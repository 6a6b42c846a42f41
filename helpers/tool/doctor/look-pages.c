/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pages that are missing, in the wrong place, or promised to others. */

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/size.h"
#include "helpers/tool/doctor/doctor.h"

/* The way out depends on whether the memory is there at all. */
static int tell_missing(struct doctor *doctor, const char *domain, struct page_size size,
                        const struct forecast_node *node)
{
        uint64_t wanted = node->missing * size.bytes, left = node->available;
        bool fragmented = left >= node->headroom + (node->fits + node->missing) * size.bytes;
        _cleanup_free_ char *command = NULL;
        int r;

        if (fragmented)
                r = asprintf(&command,
                             "fd-shmem defrag --node=%u --for=%" PRIu64
                             ":%s; or have the kernel take them: fd-shmem cmdline",
                             node->plan.line.node, node->missing, page_size_name(size));
        else
                r = asprintf(
                        &command,
                        "lower the amount for node %u, or set Shortage=continue; then fd-shmem apply",
                        node->plan.line.node);
        if (r < 0) {
                command = NULL;
                return log_oom();
        }
        return doctor_find(doctor, "short", domain, command,
                           "node %u: %" PRIu64 " %s pages (%" PRIu64 " MiB) are missing: %" PRIu64
                           " of %" PRIu64 " can be added, %" PRIu64
                           " MiB are free there or can be freed, of which %" PRIu64
                           " are kept as headroom",
                           node->plan.line.node, node->missing, page_size_name(size), wanted / MIB,
                           node->fits, node->plan.add, left / MIB, node->headroom / MIB);
}

static int look_at_type(struct doctor *doctor, const struct forecast_domain *entry,
                        enum page_type type)
{
        const struct forecast_type *forecast = &entry->type[type];
        int r = 0;

        if (forecast->problem)
                return doctor_find(doctor, "short", entry->domain->name,
                                   "change the amount; fd-shmem verify checks it", "%s=: %s",
                                   page_type_key(type), forecast->problem);
        for (size_t i = 0; i < forecast->n_nodes && r >= 0; i++)
                if (forecast->nodes[i].missing > 0)
                        r = tell_missing(doctor, entry->domain->name,
                                         domain_page_size(entry->domain, type),
                                         forecast->nodes + i);
        return r;
}

int doctor_look_at_shortage(struct doctor *doctor, const struct query_domain *domain)
{
        int r = 0;

        for (size_t i = 0; doctor->forecast && domain->name && i < doctor->forecast->n; i++) {
                const struct forecast_domain *entry = doctor->forecast->domains + i;

                if (entry->up || strcmp(entry->domain->name, domain->name) != 0)
                        continue;
                for_each_pool_type(type)
                        if (r >= 0)
                                r = look_at_type(doctor, entry, type);
        }
        return r;
}

static const struct memory_process *first_holder(const struct query *query,
                                                 const struct region *region)
{
        return region->first_holding == REGION_NONE
                       ? NULL
                       : query->users.processes +
                                 query->regions.holdings[region->first_holding].process;
}

/* A node that the domain has no pages on, and the region has. */
static int look_at_nodes(struct doctor *doctor, const struct query_domain *domain,
                         enum page_type type, const struct region *region)
{
        const struct memory_process *holder = first_holder(doctor->query, region);
        _cleanup_free_ char *name = text_escape(region->name);

        for (size_t i = 0; i < region->nodes.n; i++) {
                const struct node_pages *pages = region->nodes.items + i;
                const struct ledger_node *own =
                        query_claim(doctor->query, type, domain->name, pages->node);

                if (pages->pages > 0 && (!own || own->asked == 0))
                        return doctor_find(
                                doctor, "wrong node", domain->name,
                                "bind the program to the domain's nodes: NUMAPolicy=bind and NUMAMask= in its "
                                "unit, or numactl --membind=",
                                "region %s has %" PRIu64
                                " %s pages on node %u, where the domain has none "
                                "(pid %d, %s)",
                                name ?: "?", pages->pages, page_type_name(type), pages->node,
                                holder ? (int) holder->pid : 0, holder ? holder->command : "?");
        }
        return 0;
}

int doctor_look_at_regions(struct doctor *doctor, const struct query_domain *domain)
{
        int r = 0;

        if (!domain->name)
                return 0;
        for_each_pool_type(type) {
                size_t first = 0, n = 0;

                if (domain->mount[type].listed && domain->declared_pages[type] > 0)
                        n = regions_of_mount(&doctor->query->regions, domain->mount[type].mount,
                                             &first);
                for (size_t i = first; i < first + n && r >= 0; i++)
                        r = look_at_nodes(doctor, domain, type, doctor->query->regions.items + i);
        }
        if (r >= 0 && domain->n_foreign > 0)
                r = doctor_find(
                        doctor, "foreign", domain->name,
                        "name that program's own directory to it: --huge-dir= of DPDK, hugetlbfs_mount= of libvirt",
                        "%zu of its regions are neither its user's nor its group's (one is of UID %u): a program "
                        "that looks for a mount itself has taken this one",
                        domain->n_foreign, (unsigned) domain->foreign);
        return r;
}

int doctor_look_at_claims(struct doctor *doctor)
{
        const struct query *query = doctor->query;
        int r = 0;

        for (unsigned slot = 0; slot < pool_slots_end(&query->slots) && r >= 0; slot++) {
                uint64_t claimed = query_claimed(query, slot);
                const char *name = page_size_name(pool_slot_size(&query->slots, slot));

                if (claimed > 0 && query_unclaimed(query, slot) == 0)
                        r = doctor_note(
                                doctor, "claimed", NULL,
                                "declare a domain with Mounts=no for such a program, or set MinSize=no, or a part",
                                "no %s page is left for programs that use them without a file: mounts claim %" PRIu64
                                " (they get ENOMEM, \"Cannot allocate memory\")",
                                name, claimed);
        }
        return r;
}

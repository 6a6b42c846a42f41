/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/forecast/boot-pages.h"

#include <stdlib.h>

#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/reserve/near.h"

static int add_domain(const struct domain *domain, enum page_type type, const char *except,
                      struct boot_pages *pages)
{
        const struct machine_places *machine = pages->machine;
        _cleanup_allocation_ struct allocation plan = {};
        struct page_size size;
        unsigned slot;
        int r;

        if (!domain->boot || domain->error || domain->request[type].scope < REQUEST_NODES)
                return 0;
        if (except && domain->required_by && string_list_contains(domain->required_by, except))
                return 0;
        slot = machine_slot(machine, domain, type, &size);
        if (!machine->supported[slot])
                return log_error_errno(EOPNOTSUPP, "domain %s: the machine has no %s pages",
                                       domain->name, page_size_name(size));
        if (!pages->sums[slot])
                pages->sums[slot] = calloc(machine->n ?: 1, sizeof(*pages->sums[slot]));
        if (!pages->sums[slot])
                return log_oom();
        r = near_allocation_on(&machine->devices, &domain->policy, machine->places, machine->n,
                               size, &domain->request[type], &plan);
        if (r < 0)
                return r;
        for (size_t n = 0; n < plan.n_nodes; n++)
                for (size_t p = 0; p < machine->n; p++)
                        if (machine->places[p].node == plan.nodes[n].line.node)
                                pages->sums[slot][p] += plan.nodes[n].line.asked;
        return 0;
}

int boot_pages_add_up(const struct config *config, const struct machine_places *machine,
                      const char *except, struct boot_pages *ret)
{
        _cleanup_boot_pages_ struct boot_pages pages = { .machine = machine };
        int r;

        for_each_pool_type(type) {
                for (size_t i = 0; i < config->n_domains; i++) {
                        r = add_domain(config->domains + i, type, except, &pages);
                        if (r < 0)
                                return r;
                }
        }
        *ret = pages;
        pages = (struct boot_pages){};
        return 0;
}

bool boot_pages_any(const struct boot_pages *pages, unsigned slot)
{
        for (size_t i = 0; pages->sums[slot] && i < pages->machine->n; i++)
                if (pages->sums[slot][i] > 0)
                        return true;
        return false;
}

void boot_pages_done(struct boot_pages *pages)
{
        for (unsigned slot = 0; slot < POOL_SLOTS_MAX; slot++)
                free(pages->sums[slot]);
        *pages = (struct boot_pages){};
}

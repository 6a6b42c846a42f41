/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Deviations of the domains from the state at setup, and other noteworthy findings. */

#include <string.h>

#include "basic/log.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/tool/inspect/damage.h"

int query_find_damage(const struct tool *tool, const char *only, struct query *query)
{
        int r;

        if (tool->machine.state < 0)
                return 0;
        r = damage_find(tool, only, &query->drift);
        if (r < 0)
                return query_miss(query, "cannot compare the domains with how they were set up: %s",
                                  strerror(-r));

        for (size_t i = 0; i < query->n_domains; i++) {
                struct query_domain *domain = query->domains + i;

                if (!domain->name || domain->state == STATE_DAMAGED)
                        continue;
                if (domain->state == STATE_UP) {
                        if (drift_has(&query->drift, domain->name))
                                domain->state = STATE_DAMAGED;
                        continue;
                }
                r = ledger_load_failure(tool->machine.state, domain->name, &domain->failure);
                if (r < 0 && r != -ENOENT && r != -EACCES)
                        return r;
        }
        return 0;
}

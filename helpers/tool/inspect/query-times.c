/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What changes with time alone. */

#include "basic/cleanup.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/manager/reload.h"
#include "helpers/tool/inspect/collect.h"

static enum query_reload find_reload(const struct tool *tool)
{
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_free_ char *change = NULL;
        int r;

        if (!tool->privileged || manager_connect(&bus) < 0)
                return RELOAD_UNKNOWN;
        r = reload_find_change(bus, tool->root, &change);
        return r < 0 ? RELOAD_UNKNOWN : r > 0 ? RELOAD_PENDING : RELOAD_DONE;
}

int query_collect_times(const struct tool *tool, struct query *query)
{
        int r;

        for (size_t i = 0; i < query->n_domains && tool->machine.state >= 0; i++) {
                struct query_domain *domain = query->domains + i;

                if (!domain->failure)
                        continue;
                r = ledger_failure_time(tool->machine.state, domain->name, &domain->failed);
                if (r < 0 && r != -ENOENT && r != -EACCES)
                        return r;
        }
        query->reload = find_reload(tool);
        return 0;
}

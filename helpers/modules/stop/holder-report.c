/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/holder-report.h"

#include <errno.h>

#include "basic/log.h"

int holder_report_find(struct holder_report *report, const struct holder_target *targets, size_t n,
                       unsigned uses, bool in_other_namespaces)
{
        const struct holder_search search = {
                .procfs = report->machine->procfs,
                .uses = uses,
                .targets = targets,
                .n_targets = n,
                .in_other_namespaces = in_other_namespaces,
                .budget = &report->budget,
        };
        struct holder_list *holders = &report->blockers->holders;
        const char *paths[N_PAGE_TYPES] = {};
        size_t before = holders->n;
        int r;

        if (n == 0)
                return 0;
        for (size_t i = 0; i < n; i++)
                paths[targets[i].search.type] = targets[i].path;
        r = holders_search(&search, holders);
        if (r < 0)
                return log_error_errno(r, "Cannot find out who uses %s: %m", targets[0].path);
        if (holders->n == before)
                return 0;
        r = blockers_name_holders(report->blockers, before, paths);
        return r < 0 ? r : -EBUSY;
}

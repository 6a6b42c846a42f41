/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/outcome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-name.h"
#include "helpers/modules/holdings/holdings-text.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/report.h"

void outcome_watch(void)
{
        failure_watch();
}

int outcome_failure(const char *domain, int r)
{
        const char *text = failure_watched();

        if (r < 0 && text)
                report_status("%.*s", (int) strcspn(text, "\n"), text);
        return failure_record(domain, r);
}

void outcome_forget(const struct machine *machine, const char *domain)
{
        (void) ledger_clear_failure(machine->state, domain);
}

static void explain_mount(sd_bus *bus, const struct machine *machine,
                          const struct ledger_domain *record, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        _cleanup_free_ char *path = NULL, *unit = NULL, *reason = NULL;

        if (asprintf(&path, "%s/%s", record->path, page_type_directory(type)) < 0) {
                path = NULL;
                return;
        }
        if (unit_name_from_path(path, ".mount", &unit) < 0 || !manager_unit_is(bus, unit, "failed"))
                return;
        if (page_type_has_pool(type))
                (void) ledger_load_reservation(machine, record->name, type, &reservation);
        if (page_type_has_pool(type) && claim_explain(machine, page_size_default(type),
                                                      holdings_total(&reservation), &reason) > 0)
                log_error("%s: not mounted: %s", path, reason);
        else
                log_error("%s: not mounted; see \"systemctl status %s\"", path, unit);
}

void outcome_explain_mounts(sd_bus *bus, const struct machine *machine, const char *domain)
{
        _cleanup_ledger_domain_ struct ledger_domain record = {};

        if (!bus || ledger_load_domain(machine, domain, &record) < 0)
                return;
        failure_watch();
        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (record.mount[type])
                        explain_mount(bus, machine, &record, type);
        (void) failure_keep(machine->state, domain, -EIO);
        failure_watch();
}

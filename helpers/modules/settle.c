/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/settle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/domain-units.h"

bool settle_is_restart(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = NULL, *type = NULL;

        if (asprintf(&unit, "fd-shmem-teardown@%s.service", domain) < 0) {
                unit = NULL;
                return false;
        }
        return manager_job_type(bus, unit, &type) >= 0 && strcmp(type, "restart") == 0;
}

bool settle_is_declared(sd_bus *bus, const char *domain, enum page_type type)
{
        _cleanup_free_ char *unit = NULL, *state = NULL;

        if (asprintf(&unit, "fd-shmem-reserve@%s:%s.service", domain, page_type_name(type)) < 0) {
                unit = NULL;
                return true;
        }
        /* Without the generator's drop-in there is no ExecStart=: "bad-setting". */
        return manager_load_state(bus, unit, &state) < 0 || strcmp(state, "loaded") == 0;
}

static void stop_stale(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *state = NULL, *job = NULL;
        int r;

        if (manager_unit_string(bus, unit, "ActiveState", &state) < 0 ||
            strcmp(state, "active") != 0 || manager_job_type(bus, unit, &job) != -ENOENT)
                return;
        r = manager_queue_job(bus, "StopUnit", unit, "replace");
        if (r < 0)
                (void) log_debug_errno(r, "Cannot stop %s: %m", unit);
}

void settle_units(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_domain_units_ struct domain_units units = {};

        if (!bus || domain_units_list(domain, &units) < 0)
                return;
        for (size_t i = 0; i < units.n; i++) {
                stop_stale(bus, units.names[i]);
                if (units.is_mount[i])
                        (void) manager_reset_failed(bus, units.names[i]);
        }
        stop_stale(bus, units.watcher);
        (void) manager_reset_failed(bus, units.teardown);
}

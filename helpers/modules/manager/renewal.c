/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/renewal.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/drift/drift.h"

/* Whether this is the boot that follows a soft reboot: the TARGET has come through it, active, and
 * belongs to a system that is only just starting. The check of fd-shmem.target sees to all domains, so
 * that of another target does only where the first does not run. */
static bool is_soft_reboot(sd_bus *bus, const char *target)
{
        _cleanup_free_ char *state = NULL;

        return manager_unit_is(bus, target, "active") &&
               (strcmp(target, UNIT_TARGET) == 0 || !manager_unit_is(bus, UNIT_TARGET, "active")) &&
               manager_system_state(bus, &state) >= 0 &&
               (strcmp(state, "initializing") == 0 || strcmp(state, "starting") == 0);
}

static bool is_of_old_root(const struct drift *drift)
{
        return drift->kind == DRIFT_NO_MOUNT || drift->kind == DRIFT_MOUNT ||
               drift->kind == DRIFT_NO_BASE || drift->kind == DRIFT_OWNER;
}

/* Whether the domain of item I has already been handled. */
static bool is_done(const struct drift_list *list, size_t i)
{
        for (size_t k = 0; k < i; k++)
                if (is_of_old_root(&list->items[k]) &&
                    strcmp(list->items[k].domain, list->items[i].domain) == 0)
                        return true;
        return false;
}

static void restart_domain(sd_bus *bus, const struct drift *drift)
{
        const char *domain = drift->domain;
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain);
        int r;

        if (!target || !manager_unit_is(bus, target, "active"))
                return;
        log_notice("domain %s: kept its pages in the soft reboot, but not all of its mounts (%s), "
                   "restarting it",
                   domain, drift->text);
        r = manager_queue_job(bus, "RestartUnit", target, "replace");
        if (r < 0)
                (void) log_warning_errno(r, "Cannot restart %s: %m", target);
}

/* The root directory may be another one: mounts below /run still exist, mounts elsewhere do not, and
 * systemd mounts them on any existing directories. */
void renewal_run(sd_bus *bus, const struct machine *machine, const char *target)
{
        _cleanup_drift_ struct drift_list list = {};

        if (!is_soft_reboot(bus, target) || drift_find(machine, NULL, &list) < 0)
                return;
        for (size_t i = 0; i < list.n; i++)
                if (is_of_old_root(&list.items[i]) && !is_done(&list, i))
                        restart_domain(bus, &list.items[i]);
}

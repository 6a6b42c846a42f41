/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/unit-sync.h"

#include <errno.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/manager/domain-parts.h"
#include "helpers/modules/manager/jobs.h"

/* How long the last attempt at an unfinished teardown may take before a start goes on. */
#define STOP_USEC (60 * USEC_PER_SEC)

/* Whether the unit has a job of TYPE. */
static bool has_job(sd_bus *bus, const char *unit, const char *type)
{
        _cleanup_free_ char *job = NULL;

        return manager_job_type(bus, unit, &job) >= 0 && strcmp(job, type) == 0;
}

static bool has_no_job(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *job = NULL;

        return manager_job_type(bus, unit, &job) == -ENOENT;
}

static void queue_job(sd_bus *bus, const char *method, const char *unit, const char *mode)
{
        int r = manager_queue_job(bus, method, unit, mode);

        if (r < 0)
                (void) log_debug_errno(r, "%s of %s: %m", method, unit);
}

bool unit_sync_restart_is_queued(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TEARDOWN, domain);

        return unit && has_job(bus, unit, "restart");
}

bool unit_sync_start_is_queued(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TEARDOWN, domain);

        return unit && manager_unit_is(bus, unit, "deactivating") && has_job(bus, unit, "start");
}

bool unit_sync_is_up(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TEARDOWN, domain);

        return unit && manager_unit_is(bus, unit, "active");
}

/* Whether the generator has extended the unit. Templates load without it, and say at start that nothing
 * is declared. */
static bool has_drop_in(sd_bus *bus, const char *unit)
{
        _cleanup_strings_ char **drop_ins = NULL;

        if (!unit || manager_loaded_list(bus, unit, "DropInPaths", &drop_ins) < 0)
                return true;
        for (char **path = drop_ins; path && *path; path++) {
                const char *name = strrchr(*path, '/');

                if (name && strcmp(name + 1, UNIT_DROP_IN) == 0)
                        return true;
        }
        return false;
}

bool unit_sync_domain_is_declared(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_PREPARE, domain);

        return has_drop_in(bus, unit);
}

bool unit_sync_reservation_is_declared(sd_bus *bus, const char *domain, enum page_type type)
{
        _cleanup_free_ char *unit = domain_unit_name_of_type(DOMAIN_RESERVE, domain, type);

        return has_drop_in(bus, unit);
}

/* A stop takes the place of the restart that the unit is at or waits for (systemd.unit(5), "replace" in
 * systemctl(1), --job-mode=). */
static void stop_instead_of_restart(sd_bus *bus, const char *unit)
{
        if (has_job(bus, unit, "restart"))
                queue_job(bus, "StopUnit", unit, "replace");
}

bool unit_sync_stop_undeclared(sd_bus *bus, const char *domain)
{
        const struct ledger_domain named = { .name = (char *) domain };
        _cleanup_free_ char *teardown = domain_unit_name(DOMAIN_TEARDOWN, domain);
        _cleanup_domain_parts_ struct domain_parts parts = {};

        for_each_pool_type(type) {
                _cleanup_free_ char *unit = domain_unit_name_of_type(DOMAIN_RESERVE, domain, type);

                if (unit && !has_drop_in(bus, unit))
                        stop_instead_of_restart(bus, unit);
        }
        if (unit_sync_domain_is_declared(bus, domain) || !teardown ||
            domain_parts_list(&named, &parts) < 0)
                return true;

        log_notice("domain %s: not declared any more, stopping instead of restarting", domain);
        for (size_t i = 0; i < parts.n; i++)
                stop_instead_of_restart(bus, parts.items[i].name);
        stop_instead_of_restart(bus, teardown);
        return false;
}

void unit_sync_stop_preparation(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_PREPARE, domain);

        if (unit && manager_unit_is(bus, unit, "active") &&
            (has_no_job(bus, unit) || has_job(bus, unit, "stop")))
                queue_job(bus, "StopUnit", unit, "ignore-dependencies");
}

/* Whether a start that is queued has skipped the unit, because it was active then. A reservation that is
 * not declared any more is not part of a start. */
static bool was_skipped(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *reservation = domain_unit_instance(DOMAIN_RESERVE, unit);

        return manager_unit_is(bus, unit, "active") && !has_job(bus, unit, "stop") &&
               !has_job(bus, unit, "restart") && (!reservation || has_drop_in(bus, unit));
}

/* Restarts the domain, by its target, if any of its units was skipped. */
static void restart_if_skipped(sd_bus *bus, const char *domain, const struct domain_parts *parts)
{
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain);

        for (size_t i = 0; target && i < parts->n; i++)
                if (!parts->items[i].is_mount && was_skipped(bus, parts->items[i].name)) {
                        log_notice("Started again while it was being stopped, restarting");
                        return queue_job(bus, "RestartUnit", target, "replace");
                }
}

static void stop_if_active(sd_bus *bus, const char *unit)
{
        if (unit && manager_unit_is(bus, unit, "active") && has_no_job(bus, unit))
                queue_job(bus, "StopUnit", unit, "replace");
}

/* Mounts may have failed with the start, and whatever takes the domain down in an earlier attempt. */
static void clear_failures(sd_bus *bus, const char *domain, const struct domain_parts *parts)
{
        for (size_t i = 0; i < parts->n; i++)
                if (parts->items[i].is_mount)
                        (void) manager_reset_failed(bus, parts->items[i].name);
        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS; unit++) {
                _cleanup_free_ char *name = NULL;

                if (!domain_unit_has_role(unit, UNIT_STOP))
                        continue;
                name = domain_unit_name(unit, domain);
                if (name)
                        (void) manager_reset_failed(bus, name);
        }
}

void unit_sync_after_stop(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_free_ char *watcher = domain_unit_name(DOMAIN_LEFTOVER_PATH, domain->name);
        _cleanup_domain_parts_ struct domain_parts parts = {};

        if (!bus || domain_parts_list(domain, &parts) < 0)
                return;
        stop_if_active(bus, watcher);
        clear_failures(bus, domain->name, &parts);
        if (unit_sync_start_is_queued(bus, domain->name))
                return restart_if_skipped(bus, domain->name, &parts);
        for (size_t i = 0; i < parts.n; i++)
                stop_if_active(bus, parts.items[i].name);
}

void unit_sync_before_start(sd_bus *bus, const char *domain)
{
        const struct ledger_domain named = { .name = (char *) domain };
        _cleanup_free_ char *leftover = domain_unit_name(DOMAIN_LEFTOVER, domain);
        _cleanup_domain_parts_ struct domain_parts parts = {};

        if (!bus || !leftover || domain_parts_list(&named, &parts) < 0)
                return;
        if (manager_unit_is(bus, leftover, "active"))
                (void) manager_run_job(bus, "StopUnit", leftover, "replace", STOP_USEC);
        restart_if_skipped(bus, domain, &parts);
}

void unit_sync_after_start(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *leftover = domain_unit_name(DOMAIN_LEFTOVER, domain);

        if (leftover)
                (void) manager_reset_failed(bus, leftover);
}

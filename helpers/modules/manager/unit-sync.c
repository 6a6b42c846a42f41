/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/unit-sync.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/manager/unit-names.h"

/* How long the last attempt at an unfinished teardown may take before a start goes on. */
#define STOP_USEC (60 * UINT64_C(1000000))

/* Whether the unit that runs the teardown at stop is in STATE and has a job of type JOB; NULL: any. */
static bool teardown_is(sd_bus *bus, const char *domain, const char *state, const char *job)
{
        _cleanup_free_ char *unit = NULL, *found_state = NULL, *found_job = NULL;

        if (!bus)
                return false;
        if (asprintf(&unit, "fd-shmem-teardown@%s.service", domain) < 0) {
                unit = NULL;
                return false;
        }
        if (state && (manager_unit_string(bus, unit, "ActiveState", &found_state) < 0 ||
                      strcmp(found_state, state) != 0))
                return false;
        return !job ||
               (manager_job_type(bus, unit, &found_job) >= 0 && strcmp(found_job, job) == 0);
}

bool unit_sync_is_restart(sd_bus *bus, const char *domain)
{
        return teardown_is(bus, domain, NULL, "restart");
}

bool unit_sync_is_started(sd_bus *bus, const char *domain)
{
        return teardown_is(bus, domain, "active", NULL);
}

bool unit_sync_is_overtaken(sd_bus *bus, const char *domain)
{
        return teardown_is(bus, domain, "deactivating", "start");
}

/* The templates load without the generator, and say at start that nothing is declared. */
static bool is_extended(sd_bus *bus, const char *unit)
{
        _cleanup_strings_ char **drop_ins = NULL;

        if (manager_loaded_list(bus, unit, "DropInPaths", &drop_ins) < 0)
                return true;
        for (char **path = drop_ins; path && *path; path++) {
                const char *name = strrchr(*path, '/');

                if (name && strcmp(name, "/50-fd-shmem.conf") == 0)
                        return true;
        }
        return false;
}

static int reservation_unit(const char *domain, enum page_type type, char **ret)
{
        if (asprintf(ret, "fd-shmem-reserve@%s:%s.service", domain, page_type_name(type)) >= 0)
                return 0;
        *ret = NULL;
        return -ENOMEM;
}

bool unit_sync_domain_is_declared(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = NULL;

        if (asprintf(&unit, "fd-shmem-prepare@%s.service", domain) < 0) {
                unit = NULL;
                return true;
        }
        return is_extended(bus, unit);
}

bool unit_sync_is_declared(sd_bus *bus, const char *domain, enum page_type type)
{
        _cleanup_free_ char *unit = NULL;

        return reservation_unit(domain, type, &unit) < 0 || is_extended(bus, unit);
}

static bool is_active(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *state = NULL;

        return manager_unit_string(bus, unit, "ActiveState", &state) >= 0 &&
               strcmp(state, "active") == 0;
}

/* Whether the unit has a job of TYPE; TYPE NULL: whether it has none. */
static bool has_job(sd_bus *bus, const char *unit, const char *type)
{
        _cleanup_free_ char *job = NULL;
        int r = manager_job_type(bus, unit, &job);

        return type ? r >= 0 && strcmp(job, type) == 0 : r == -ENOENT;
}

static void queue_job(sd_bus *bus, const char *method, const char *unit, const char *mode)
{
        int r = manager_queue_job(bus, method, unit, mode);

        if (r < 0)
                (void) log_debug_errno(r, "%s of %s: %m", method, unit);
}

static bool is_reservation(const char *unit)
{
        return strncmp(unit, "fd-shmem-reserve@", strlen("fd-shmem-reserve@")) == 0;
}

/* A reservation that is not declared any more is not restarted with the domain. */
static bool is_stale(sd_bus *bus, const char *unit)
{
        return is_active(bus, unit) && !has_job(bus, unit, "stop") &&
               !has_job(bus, unit, "restart") && (!is_reservation(unit) || is_extended(bus, unit));
}

/* Restarts the domain, by its target, which is the first unit, if any of its units is stale. */
static void restart_stale(sd_bus *bus, const struct domain_units *units)
{
        for (size_t i = 0; i < units->n; i++)
                if (!units->is_mount[i] && is_stale(bus, units->names[i])) {
                        log_notice("Started again while it was being stopped: restarting.");
                        queue_job(bus, "RestartUnit", units->names[0], "replace");
                        return;
                }
}

/* A stop takes the place of the restart that the unit is at or waits for (systemd.unit(5), "replace" in
 * systemctl(1), --job-mode=). */
static void stop_instead(sd_bus *bus, const char *unit)
{
        if (has_job(bus, unit, "restart"))
                queue_job(bus, "StopUnit", unit, "replace");
}

static void end_undeclared_reservations(sd_bus *bus, const char *domain)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_free_ char *unit = NULL;

                if (page_type_has_pool(type) && reservation_unit(domain, type, &unit) >= 0 &&
                    !is_extended(bus, unit))
                        stop_instead(bus, unit);
        }
}

bool unit_sync_end_undeclared(sd_bus *bus, const char *domain)
{
        const struct ledger_domain named = { .name = (char *) domain };
        _cleanup_domain_units_ struct domain_units units = {};

        end_undeclared_reservations(bus, domain);
        if (unit_sync_domain_is_declared(bus, domain) || domain_units_list(&named, &units) < 0)
                return true;

        log_notice("Domain %s is not declared any more: it is stopped, not restarted.", domain);
        for (size_t i = 0; i < units.n; i++)
                stop_instead(bus, units.names[i]);
        stop_instead(bus, units.teardown);
        return false;
}

void unit_sync_before_start(sd_bus *bus, const char *domain)
{
        const struct ledger_domain named = { .name = (char *) domain };
        _cleanup_domain_units_ struct domain_units units = {};

        if (!bus || domain_units_list(&named, &units) < 0)
                return;
        if (is_active(bus, units.leftover))
                (void) manager_run_job(bus, "StopUnit", units.leftover, "replace", STOP_USEC);
        restart_stale(bus, &units);
}

void unit_sync_after_start(sd_bus *bus, const char *domain)
{
        const struct ledger_domain named = { .name = (char *) domain };
        _cleanup_domain_units_ struct domain_units units = {};

        if (bus && domain_units_list(&named, &units) >= 0)
                (void) manager_reset_failed(bus, units.leftover);
}

void unit_sync_retire_preparation(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *unit = NULL;

        if (!bus)
                return;
        if (asprintf(&unit, "fd-shmem-prepare@%s.service", domain) < 0) {
                unit = NULL;
                return;
        }
        if (is_active(bus, unit) && (has_job(bus, unit, NULL) || has_job(bus, unit, "stop")))
                queue_job(bus, "StopUnit", unit, "ignore-dependencies");
}

static void stop_stale(sd_bus *bus, const struct domain_units *units)
{
        for (size_t i = 0; i < units->n; i++)
                if (is_active(bus, units->names[i]) && has_job(bus, units->names[i], NULL))
                        queue_job(bus, "StopUnit", units->names[i], "replace");
}

static void forget_failures(sd_bus *bus, const struct domain_units *units)
{
        for (size_t i = 0; i < units->n; i++)
                if (units->is_mount[i])
                        (void) manager_reset_failed(bus, units->names[i]);
        (void) manager_reset_failed(bus, units->teardown);
        (void) manager_reset_failed(bus, units->rollback);
        (void) manager_reset_failed(bus, units->leftover);
}

void unit_sync_units(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_domain_units_ struct domain_units units = {};

        if (!bus || domain_units_list(domain, &units) < 0)
                return;
        if (is_active(bus, units.watcher) && has_job(bus, units.watcher, NULL))
                queue_job(bus, "StopUnit", units.watcher, "replace");
        forget_failures(bus, &units);
        if (unit_sync_is_overtaken(bus, domain->name))
                restart_stale(bus, &units);
        else
                stop_stale(bus, &units);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/mount-units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-name.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/mounts/mount-table.h"

/* systemd looks again after a second at the latest. */
#define WAIT_SEC  5
#define POLL_USEC (5 * UINT64_C(1000))

struct mount_unit {
        char *path;
        char *name;
};

static void mount_unit_done(struct mount_unit *unit)
{
        free(unit->path);
        free(unit->name);
}

#define _cleanup_mount_unit_ _cleanup_(mount_unit_done)

/* -ENOENT: the mount of this type is not ours. */
static int mount_unit_of(const struct ledger_domain *domain, enum page_type type,
                         struct mount_unit *ret)
{
        int r;

        if (!domain->path || !domain->mount[type])
                return -ENOENT;
        if (asprintf(&ret->path, "%s/%s", domain->path, page_type_directory(type)) < 0) {
                ret->path = NULL;
                return -ENOMEM;
        }
        r = unit_name_from_path(ret->path, ".mount", &ret->name);
        return r == -ENAMETOOLONG ? -ENOENT : r;
}

static void wait_until_gone(sd_bus *bus, const char *unit)
{
        time_t end = time(NULL) + WAIT_SEC;

        while (manager_unit_is(bus, unit, "active")) {
                if (time(NULL) > end) {
                        log_warning("%s was unmounted, but systemd has not noticed yet", unit);
                        return;
                }
                (void) manager_wait_for_change(bus, POLL_USEC);
        }
}

void mount_units_wait_until_gone(sd_bus *bus, const struct ledger_domain *domain)
{
        for (int type = 0; bus && type < N_PAGE_TYPES; type++) {
                _cleanup_mount_unit_ struct mount_unit unit = {};

                if (mount_unit_of(domain, type, &unit) >= 0)
                        wait_until_gone(bus, unit.name);
        }
}

void mount_units_start_missing(sd_bus *bus, const struct machine *machine,
                               const struct ledger_domain *domain)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;

        if (!bus || mount_table_read(machine->procfs, "self/mountinfo", &table) < 0)
                return;
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_mount_unit_ struct mount_unit unit = {};
                _cleanup_free_ char *job = NULL;
                int r;

                if (mount_unit_of(domain, type, &unit) < 0 || mount_table_at(table, unit.path))
                        continue;
                wait_until_gone(bus, unit.name);
                if (manager_job_type(bus, unit.name, &job) != -ENOENT)
                        continue;
                r = manager_queue_job(bus, "StartUnit", unit.name, "replace");
                if (r < 0)
                        (void) log_warning_errno(r, "Cannot start %s: %m", unit.name);
        }
}

/* Whether systemd is about to unmount it. A start job is not touched: without it, units that require the
 * mount would fail (job_finish_and_invalidate(), src/core/job.c). */
static bool is_to_go(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *job = NULL;
        int r = manager_job_type(bus, unit, &job);

        if (r < 0)
                return r != -ENOENT; /* the next question tells what is wrong */
        return strcmp(job, "stop") == 0 || strcmp(job, "restart") == 0;
}

void mount_units_keep(sd_bus *bus, const struct ledger_domain *domain)
{
        for (int type = 0; bus && type < N_PAGE_TYPES; type++) {
                _cleanup_mount_unit_ struct mount_unit unit = {};
                int r;

                if (mount_unit_of(domain, type, &unit) < 0 || !is_to_go(bus, unit.name))
                        continue;
                r = manager_cancel_stop(bus, unit.name);
                if (r < 0 && r != -ENOENT)
                        (void) log_warning_errno(r, "Cannot keep %s mounted: %m", unit.name);
        }
}

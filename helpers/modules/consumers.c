/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/consumers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/domain-units.h"
#include "helpers/modules/report.h"

#define SECOND UINT64_C(1000000)

/* The longest that we go without telling systemd that we are alive is one second. */
#define TIMEOUT_EXTENSION (30 * SECOND)

static bool contains(char **list, const char *name)
{
        for (; list && *list; list++)
                if (strcmp(*list, name) == 0)
                        return true;
        return false;
}

/* Whether any of the units is in the middle of its start; it is named in *RET. */
static int find_starting(sd_bus *bus, const struct domain_units *units, const char **ret)
{
        for (size_t i = 0; i < units->n; i++) {
                _cleanup_free_ char *state = NULL;
                int r = manager_unit_string(bus, units->names[i], "ActiveState", &state);

                if (r == -ENOENT)
                        continue;
                if (r < 0)
                        return r;
                if (strcmp(state, "activating") == 0) {
                        *ret = units->names[i];
                        return 1;
                }
        }
        return 0;
}

int consumers_wait_for_start(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_domain_units_ struct domain_units units = {};
        const char *name;
        int r;

        if (!bus)
                return 0;
        r = domain_units_list(domain, &units);
        while (r >= 0) {
                r = find_starting(bus, &units, &name);
                if (r <= 0)
                        break;
                report_status("Waiting for the end of the start of %s.", name);
                report_extend_timeout(TIMEOUT_EXTENSION);
                r = manager_wait_for_change(bus, SECOND);
        }
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd which units are starting: %m");
        return 0;
}

/* The units ordered after UNIT which are not our own, appended to the bounded set of all. */
struct unit_set {
        char ***lists;
        size_t n;
};

static void unit_set_done(struct unit_set *set)
{
        for (size_t i = 0; i < set->n; i++)
                string_list_free(set->lists[i]);
        free(set->lists);
}

static int find_consumers(sd_bus *bus, const struct domain_units *units, struct unit_set *ret)
{
        ret->lists = calloc(units->n + 1, sizeof *ret->lists);
        if (!ret->lists)
                return -ENOMEM;
        for (size_t i = 0; i <= units->n; i++) {
                const char *unit = i < units->n ? units->names[i] : "fd-shmem.target";
                int r = manager_unit_list(bus, unit, "Before", &ret->lists[ret->n]);

                if (r == -ENOENT)
                        continue;
                if (r < 0)
                        return r;
                ret->n++;
        }
        return 0;
}

static bool is_ours(const struct domain_units *units, const char *name)
{
        if (strncmp(name, "fd-shmem", strlen("fd-shmem")) == 0)
                return true;
        return domain_units_contain(units, name);
}

static bool is_consumer(const struct unit_set *consumers, const char *name)
{
        for (size_t i = 0; i < consumers->n; i++)
                if (contains(consumers->lists[i], name))
                        return true;
        return false;
}

/* Whether a consumer is still being stopped: 1, and *RET is its name, which the caller frees. */
static int find_stopping(sd_bus *bus, const struct domain_units *units,
                         const struct unit_set *consumers, char **ret)
{
        _cleanup_strings_ char **stopping = NULL;
        int r = manager_stopping_units(bus, &stopping);

        if (r < 0)
                return r;
        for (char **unit = stopping; *unit; unit++)
                if (is_consumer(consumers, *unit) && !is_ours(units, *unit))
                        return (*ret = strdup(*unit)) ? 1 : -ENOMEM;
        return 0;
}

int consumers_wait_for_stop(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_domain_units_ struct domain_units units = {};
        _cleanup_(unit_set_done) struct unit_set consumers = {};
        int r;

        if (!bus)
                return 0;
        r = domain_units_list(domain, &units);
        if (r >= 0)
                r = find_consumers(bus, &units, &consumers);
        while (r >= 0) {
                _cleanup_free_ char *name = NULL;

                r = find_stopping(bus, &units, &consumers, &name);
                if (r <= 0)
                        break;
                report_status("Waiting for %s to stop.", name);
                report_extend_timeout(TIMEOUT_EXTENSION);
                r = manager_wait_for_change(bus, SECOND);
        }
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd which units are stopping: %m");
        return 0;
}

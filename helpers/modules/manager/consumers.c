/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/consumers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/manager/unit-names.h"

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

/* A unit whose start we cut short has not failed. */
static void forget_failure(sd_bus *bus, const char *unit)
{
        if (unit)
                (void) manager_reset_failed(bus, unit);
}

int consumers_wait_for_start(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_domain_units_ struct domain_units units = {};
        const char *name, *previous = NULL;
        int r;

        if (!bus)
                return 0;
        r = domain_units_list(domain, &units);
        while (r >= 0) {
                r = find_starting(bus, &units, &name);
                if (r <= 0 || name != previous)
                        forget_failure(bus, previous);
                if (r <= 0)
                        break;
                previous = name;
                report_status("Waiting for the end of the start of %s.", name);
                report_extend_timeout(TIMEOUT_EXTENSION);
                r = manager_wait_for_change(bus, SECOND);
        }
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd which units are starting: %m");
        return 0;
}

/* Who may use the domain, and who makes it up. */
struct ordered_units {
        char **after[N_DOMAIN_UNITS +
                     1]; /* the units ordered after each of the domain's, and the target */
        size_t n;
        char **own; /* what the teardown unit is ordered after: all that makes up the domain */
};

static void ordered_units_done(struct ordered_units *ordered)
{
        for (size_t i = 0; i < ordered->n; i++)
                string_list_free(ordered->after[i]);
        string_list_free(ordered->own);
}

static int find_ordered_units(sd_bus *bus, const struct domain_units *units,
                              struct ordered_units *ret)
{
        int r = manager_unit_list(bus, units->teardown, "After", &ret->own);

        for (size_t i = 0; i <= units->n && (r >= 0 || r == -ENOENT); i++) {
                const char *unit = i < units->n ? units->names[i] : "fd-shmem.target";

                r = manager_unit_list(bus, unit, "Before", &ret->after[ret->n]);
                if (r >= 0)
                        ret->n++;
        }
        return r == -ENOENT ? 0 : r;
}

static bool is_consumer(const struct ordered_units *ordered, const char *name)
{
        if (strncmp(name, "fd-shmem", strlen("fd-shmem")) == 0 || contains(ordered->own, name))
                return false;
        for (size_t i = 0; i < ordered->n; i++)
                if (contains(ordered->after[i], name))
                        return true;
        return false;
}

/* Whether a consumer is still being stopped: 1, and *RET is its name, which the caller frees. */
static int find_stopping(sd_bus *bus, const struct ordered_units *ordered, char **ret)
{
        _cleanup_strings_ char **stopping = NULL;
        int r = manager_stopping_units(bus, &stopping);

        if (r < 0)
                return r;
        for (char **unit = stopping; *unit; unit++)
                if (is_consumer(ordered, *unit))
                        return (*ret = strdup(*unit)) ? 1 : -ENOMEM;
        return 0;
}

int consumers_wait_for_stop(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_(ordered_units_done) struct ordered_units ordered = {};
        _cleanup_domain_units_ struct domain_units units = {};
        int r;

        if (!bus)
                return 0;
        r = domain_units_list(domain, &units);
        if (r >= 0)
                r = find_ordered_units(bus, &units, &ordered);
        while (r >= 0) {
                _cleanup_free_ char *name = NULL;

                r = find_stopping(bus, &ordered, &name);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/consumers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/log.h"
#include "helpers/modules/manager/domain-parts.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/report.h"

/* systemd is notified that we are alive at least once a second. */
#define TIMEOUT_EXTENSION (30 * USEC_PER_SEC)

/* Whether any of the units is activating; it is named in *RET. */
static int find_starting(sd_bus *bus, const struct domain_parts *parts, const char **ret)
{
        for (size_t i = 0; i < parts->n; i++) {
                _cleanup_free_ char *state = NULL;
                int r = manager_unit_string(bus, parts->items[i].name, "ActiveState", &state);

                if (r == -ENOENT)
                        continue;
                if (r < 0)
                        return r;
                if (strcmp(state, "activating") == 0) {
                        *ret = parts->items[i].name;
                        return 1;
                }
        }
        return 0;
}

int consumers_wait_for_start(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_domain_parts_ struct domain_parts parts = {};
        const char *name, *previous = NULL;
        int r;

        if (!bus)
                return 0;
        r = domain_parts_list(domain, &parts);
        while (r >= 0) {
                r = find_starting(bus, &parts, &name);
                /* A unit whose start we cut short has not failed. */
                if (previous && (r <= 0 || name != previous))
                        (void) manager_reset_failed(bus, previous);
                if (r <= 0)
                        break;
                previous = name;
                report_status("Waiting for %s to finish starting", name);
                report_extend_timeout(TIMEOUT_EXTENSION);
                r = manager_wait_for_change(bus, USEC_PER_SEC);
        }
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd which units are starting: %m");
        return 0;
}

/* The units that may use the domain, and those that are part of it. */
struct ordered_units {
        /* the units ordered after each of the domain's, and after the targets of all */
        char **after[N_DOMAIN_PARTS + 2 * N_PAGE_TYPES + N_PHASES];
        size_t n;
        char **own; /* the units that the teardown unit is ordered after: all parts of the domain */
};

static void ordered_units_done(struct ordered_units *ordered)
{
        for (size_t i = 0; i < ordered->n; i++)
                string_list_free(ordered->after[i]);
        string_list_free(ordered->own);
}

static int find_ordered_units(sd_bus *bus, const char *domain, const struct domain_parts *parts,
                              struct ordered_units *ret)
{
        _cleanup_free_ char *teardown = domain_unit_name(DOMAIN_TEARDOWN, domain);
        int r = teardown ? manager_unit_list(bus, teardown, "After", &ret->own) : -ENOMEM;

        for (size_t i = 0; i < parts->n + N_PHASES && (r >= 0 || r == -ENOENT); i++) {
                const char *unit = i < parts->n ? parts->items[i].name
                                                : phase_units((enum phase)(i - parts->n))->target;

                r = manager_unit_list(bus, unit, "Before", &ret->after[ret->n]);
                if (r >= 0)
                        ret->n++;
        }
        return r == -ENOENT ? 0 : r;
}

static bool is_consumer(const struct ordered_units *ordered, const char *name)
{
        if (unit_is_ours(name) || string_list_contains(ordered->own, name))
                return false;
        for (size_t i = 0; i < ordered->n; i++)
                if (string_list_contains(ordered->after[i], name))
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
        for (char **unit = stopping; unit && *unit; unit++)
                if (is_consumer(ordered, *unit))
                        return (*ret = strdup(*unit)) ? 1 : -ENOMEM;
        return 0;
}

int consumers_wait_for_stop(sd_bus *bus, const struct ledger_domain *domain)
{
        _cleanup_(ordered_units_done) struct ordered_units ordered = {};
        _cleanup_domain_parts_ struct domain_parts parts = {};
        int r;

        if (!bus)
                return 0;
        r = domain_parts_list(domain, &parts);
        if (r >= 0)
                r = find_ordered_units(bus, domain->name, &parts, &ordered);
        while (r >= 0) {
                _cleanup_free_ char *name = NULL;

                r = find_stopping(bus, &ordered, &name);
                if (r <= 0)
                        break;
                report_status("Waiting for %s to stop", name);
                report_extend_timeout(TIMEOUT_EXTENSION);
                r = manager_wait_for_change(bus, USEC_PER_SEC);
        }
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd which units are stopping: %m");
        return 0;
}

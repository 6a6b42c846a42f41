/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-check: fails if a domain that fd-shmem.target wants is not up, and says which. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/report.h"

/* While we wait we say at least this often that we are alive. */
#define ALIVE_USEC   (30 * UINT64_C(1000000))
#define RECHECK_USEC UINT64_C(1000000)

static bool is_domain(const char *unit)
{
        return strncmp(unit, "fd-shmem@", strlen("fd-shmem@")) == 0;
}

/* Whether the domain is on its way: a start that overtook a stop is followed by a restart. */
static bool is_moving(sd_bus *bus, const char *target)
{
        _cleanup_free_ char *teardown = NULL, *state = NULL, *job = NULL;

        if (manager_job_type(bus, target, &job) >= 0)
                return true;
        if (asprintf(&teardown, "fd-shmem-teardown@%.*s.service",
                     (int) (strlen(target) - strlen("fd-shmem@.target")),
                     target + strlen("fd-shmem@")) < 0) {
                teardown = NULL;
                return false;
        }
        return manager_unit_string(bus, teardown, "ActiveState", &state) >= 0 &&
               strcmp(state, "deactivating") == 0;
}

static int wait_for_rest(sd_bus *bus, const char *target)
{
        int r = 0;

        while (r >= 0 && is_moving(bus, target)) {
                report_status("Waiting for %s.", target);
                report_extend_timeout(ALIVE_USEC);
                r = manager_wait_for_change(bus, RECHECK_USEC);
        }
        return r;
}

static int check_domain(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *state = NULL;
        int r = wait_for_rest(bus, unit);

        if (r >= 0)
                r = manager_unit_string(bus, unit, "ActiveState", &state);
        if (r == -ENOENT)
                return log_error_errno(EHOSTDOWN, "%s is not up", unit);
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd about %s: %m", unit);
        if (strcmp(state, "active") != 0)
                return log_error_errno(EHOSTDOWN, "%s is not up (%s): see \"systemctl status %s\"",
                                       unit, state, unit);
        return 0;
}

int main(int argc, char **argv)
{
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_strings_ char **wanted = NULL;
        int r, result = EXIT_SUCCESS;

        report_open(NULL);
        r = manager_connect(&bus);
        if (r >= 0)
                r = manager_unit_list(bus, "fd-shmem.target", "Wants", &wanted);
        if (r < 0) {
                (void) log_error_errno(r, "Cannot ask systemd about fd-shmem.target: %m");
                return EXIT_FAILURE;
        }

        for (char **unit = wanted; unit && *unit; unit++)
                if (is_domain(*unit) && check_domain(bus, *unit) < 0)
                        result = EXIT_FAILURE;
        return result;
}

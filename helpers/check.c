/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-check: fails if a domain that fd-shmem.target wants is not up, and says which. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/manager.h"
#include "helpers/modules/report.h"

static bool is_domain(const char *unit)
{
        return strncmp(unit, "fd-shmem@", strlen("fd-shmem@")) == 0;
}

static int check_domain(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *state = NULL;
        int r = manager_unit_string(bus, unit, "ActiveState", &state);

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

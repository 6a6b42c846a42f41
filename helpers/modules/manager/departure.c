/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/departure.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/report.h"

/* Less than the unit's TimeoutStartSec=. */
#define PATIENCE_USEC (90 * USEC_PER_SEC)
#define PAUSE_USEC    (20 * UINT64_C(1000))

/* Whether A is B, or a directory above it. */
static bool is_above(const char *a, const char *b)
{
        size_t length = strlen(a);

        return strncmp(a, b, length) == 0 && (b[length] == '\0' || b[length] == '/');
}

/* The record of another domain that is in the way; -ENOENT: none. */
static int find_other(const struct machine *machine, const char *domain, const char *path,
                      struct ledger_domain *ret)
{
        char **names = NULL;
        int r = ledger_list_domains(machine->state, &names), result = -ENOENT;

        for (char **name = names; r >= 0 && *name && result == -ENOENT; name++) {
                _cleanup_ledger_domain_ struct ledger_domain record = {};

                if (strcmp(*name, domain) == 0)
                        continue;
                r = ledger_load_domain(machine, *name, &record);
                if (r == -ENOENT) {
                        r = 0;
                        continue;
                }
                /* In another boot, only the directory can remain, and it is checked when it is used. */
                if (r < 0 || record.of_other_boot || !record.path ||
                    (!is_above(record.path, path) && !is_above(path, record.path)))
                        continue;
                *ret = record;
                record = (struct ledger_domain){};
                result = 0;
        }
        string_list_free(names);
        return r < 0 ? r : result;
}

/* Whether systemd has a job for a unit that prepares the domain or takes it down. */
static bool is_on_the_move(sd_bus *bus, const char *domain)
{
        static const enum domain_unit units[] = { DOMAIN_PREPARE, DOMAIN_TEARDOWN,
                                                  DOMAIN_ROLLBACK };

        for (size_t i = 0; i < ELEMENTSOF(units); i++) {
                _cleanup_free_ char *unit = domain_unit_name(units[i], domain), *job = NULL;

                if (unit && manager_job_type(bus, unit, &job) >= 0)
                        return true;
        }
        return false;
}

static int refuse(const struct ledger_domain *other)
{
        _cleanup_free_ char *path = text_escape(other->path);

        /* Domains made by hand are named by their path (init of fd-shmem(8)). */
        if (other->name[0] == '_')
                return log_error_errno(EADDRINUSE,
                                       "A domain that was made by hand is at %s; remove it first "
                                       "(\"FD_SHMEM_PATH=%s fd-shmem fini\")",
                                       path ?: "?", path ?: "?");
        return log_error_errno(EADDRINUSE,
                               "Domain %s is still at %s; stop it first (\"fd-shmem stop %s\"), or "
                               "restart all",
                               other->name, path ?: "?", other->name);
}

int departure_wait(sd_bus *bus, const struct machine *machine, const char *domain, const char *path)
{
        bool moving = true;

        for (uint64_t waited = 0;; waited += PAUSE_USEC) {
                _cleanup_ledger_domain_ struct ledger_domain other = {};
                int r = find_other(machine, domain, path, &other);

                if (r < 0)
                        return r == -ENOENT ? 0 : r;
                /* It may have been removed between reading the ledger and reading its jobs. */
                if (!moving || waited >= PATIENCE_USEC)
                        return refuse(&other);
                moving = bus && is_on_the_move(bus, other.name);
                if (moving && waited == 0)
                        report_status("Waiting for domain %s to leave %s", other.name, other.path);
                (void) usleep(PAUSE_USEC);
        }
}

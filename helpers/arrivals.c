/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-arrivals: if files of the configuration have come, changed or gone since the generators ran at this
 * boot, makes systemd reload and queues what follows from them. It waits for none of it: the jobs' own order
 * has sysinit.target, if that is still to come, and the units that require a domain wait. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "conf/load.h"
#include "conf/switch-reason.h"
#include "helpers/generated.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/reload.h"
#include "helpers/modules/manager/report.h"

/* All generators together have 90 s (src/core/manager.c). */
#define RELOAD_USEC (UINT64_C(180) * 1000 * 1000)

static void queue(sd_bus *bus, const char *method, const char *unit)
{
        int r = manager_queue_job(bus, method, unit, "replace");

        if (r < 0)
                (void) log_warning_errno(r, "Cannot queue a job of %s: %m", unit);
        else
                log_debug("%s %s", method, unit);
}

static void queue_domain(sd_bus *bus, const char *method, const char *domain)
{
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain);

        if (target)
                queue(bus, method, target);
        else
                (void) log_oom();
}

static bool has_job(sd_bus *bus, const char *unit)
{
        _cleanup_free_ char *type = NULL;

        return manager_job_type(bus, unit, &type) >= 0;
}

/* Whether the domain is up, coming up or about to. */
static bool is_under_way(sd_bus *bus, const char *domain)
{
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain);

        return target && (manager_unit_is(bus, target, "active") || has_job(bus, target));
}

/* Domains that were started from the earlier files: those that the later ones declare otherwise are
 * restarted, those that they do not declare are stopped. */
static void correct_domains(sd_bus *bus, const struct generated *before,
                            const struct generated *after)
{
        for (size_t i = 0; i < before->n; i++) {
                const struct generated_domain *old = before->domains + i,
                                              *new = generated_find(after, old->name);

                if ((new &&strcmp(old->text, new->text) == 0) || !is_under_way(bus, old->name))
                        continue;
                log_notice("domain %s: %s, %s", old->name,
                           new ? "declared otherwise now" : "not declared any more",
                           new ? "restarting it" : "stopping it");
                queue_domain(bus, new ? "RestartUnit" : "StopUnit", old->name);
        }
}

/* A unit whose start is queued already does not start what it has come to require since. */
static void start_required(sd_bus *bus, const struct domain *domain)
{
        for (char **unit = domain->required_by; unit && *unit; unit++)
                if (has_job(bus, *unit))
                        return queue_domain(bus, "StartUnit", domain->name);
}

static int start_domains(sd_bus *bus, int root_fd)
{
        static const enum boot boot[N_PHASES] = { BOOT_YES, BOOT_LATE };
        _cleanup_config_ struct config config = {};
        int r = config_load(root_fd, NULL, NULL, &config);

        if (r < 0 && r != -E2BIG)
                return log_error_errno(r, "Cannot read the configuration: %m");
        for (enum phase phase = 0; phase < N_PHASES; phase++)
                if (config_boots(&config, boot[phase]))
                        queue(bus, "StartUnit", phase_units(phase)->target);
        for (size_t i = 0; i < config.n_domains; i++)
                if (config.domains[i].boot == BOOT_NO && !config.domains[i].error)
                        start_required(bus, config.domains + i);
        return 0;
}

static int reload(sd_bus *bus, int root_fd)
{
        _cleanup_(generated_done) struct generated before = {}, after = {};
        int r;

        r = generated_read(root_fd, &before);
        if (r < 0)
                return log_error_errno(r, "Cannot read what the generator has written: %m");
        r = manager_reload(bus, RELOAD_USEC);
        if (r < 0)
                return log_error_errno(r, "Cannot reload systemd: %m");
        r = generated_read(root_fd, &after);
        if (r < 0)
                return log_error_errno(r, "Cannot read what the generator has written: %m");
        correct_domains(bus, &before, &after);
        return 0;
}

/* Somebody else has reloaded systemd since the boot began, which starts nothing: the target is wanted, and
 * neither on its way, nor has its check failed. */
static bool is_forgotten(sd_bus *bus)
{
        _cleanup_strings_ char **wanted = NULL;

        return manager_loaded_list(bus, phase_units(PHASE_BOOT)->wanted_by, "Wants", &wanted) >=
                       0 &&
               string_list_contains(wanted, UNIT_TARGET) &&
               !manager_unit_is(bus, UNIT_TARGET, "active") && !has_job(bus, UNIT_TARGET) &&
               !manager_unit_is(bus, UNIT_CHECK, "failed");
}

static int run(void)
{
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_free_ char *change = NULL;
        _cleanup_close_ int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int r;

        if (switch_reason(root_fd, switch_in_container(root_fd)))
                return 0;
        r = manager_connect(&bus);
        if (r >= 0)
                r = reload_find_change(bus, root_fd, &change);
        if (r < 0)
                return log_error_errno(r, "Cannot ask systemd which files it has read: %m");
        if (r > 0) {
                log_notice("%s since this boot began, reloading systemd", change);
                r = reload(bus, root_fd);
        } else if (is_forgotten(bus))
                log_notice("Domains have been declared since this boot began, starting them");
        else
                return 0;
        return r < 0 ? r : start_domains(bus, root_fd);
}

/* Whether the service that runs us as it ends has failed (systemd.exec(5), $SERVICE_RESULT). */
static bool has_failed(void)
{
        const char *result = getenv("SERVICE_RESULT");

        return result && strcmp(result, "success") != 0;
}

int main(int argc, char **argv)
{
        bool after_failure = argc == 2 && strcmp(argv[1], "--after-failure") == 0;

        report_open_unit(UNIT_TARGET);
        if (argc != 1 && !after_failure) {
                log_error("Usage: %s [--after-failure]", argv[0]);
                return EXIT_FAILURE;
        }
        if (after_failure && !has_failed())
                return EXIT_SUCCESS;
        return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

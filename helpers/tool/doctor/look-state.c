/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Domains that are not up, or not as they were made. */

#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/doctor/doctor.h"

int doctor_look_at_machine(struct doctor *doctor)
{
        int r = 0;

        if (doctor->query->switched_off)
                r = doctor_find(
                        doctor, "switched off", NULL,
                        "boot without fd_shmem=0 on the kernel's command line; in a container, with fd_shmem=1 "
                        "among the arguments of its init",
                        "no domain is started here: %s", doctor->query->switched_off);
        if (r >= 0 && doctor->reload)
                r = doctor_find(
                        doctor, "not reloaded", NULL, "fd-shmem apply",
                        "%s since systemd read the configuration: what it says now is not applied",
                        doctor->reload);
        return r;
}

/* The first line is that of the program which failed. */
static int tell_failure(struct doctor *doctor, const struct query_domain *domain)
{
        _cleanup_free_ char *line = strndup(domain->failure, strcspn(domain->failure, "\n")),
                            *start = doctor_command("start", domain->name), *command = NULL;

        if (!line || !start || asprintf(&command, "remove the cause, then %s", start) < 0) {
                command = NULL;
                return log_oom();
        }
        return doctor_find(doctor, "start failed", domain->name, command,
                           "its last start failed: %s", line);
}

static int tell_drift(struct doctor *doctor, const struct query_domain *domain)
{
        _cleanup_free_ char *command = doctor_command("restart", domain->name);
        int r = command ? 0 : log_oom();

        for (size_t i = 0; i < doctor->query->drift.n && r >= 0; i++)
                if (strcmp(doctor->query->drift.items[i].domain, domain->name) == 0)
                        r = doctor_find(doctor, "drift", domain->name, command,
                                        "not as it was set up: %s",
                                        doctor->query->drift.items[i].text);
        return r;
}

/* The first process that has a region of the domain; NULL: none is seen. */
static const struct memory_process *find_holder(const struct query *query,
                                                const struct query_domain *domain)
{
        for (size_t i = 0; i < query->regions.n_holdings; i++) {
                const struct holding *holding = query->regions.holdings + i;
                uint32_t mount = query->regions.items[holding->region].mount;

                for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                        if (domain->mount[type].listed && domain->mount[type].mount == mount)
                                return query->users.processes + holding->process;
        }
        return NULL;
}

static int tell_leftover(struct doctor *doctor, const struct query_domain *domain)
{
        const struct memory_process *holder = find_holder(doctor->query, domain);
        _cleanup_free_ char *command = doctor_command("stop", domain->name), *full = NULL;

        if (!command || asprintf(&full, "end what uses it, then %s (or start, to go on with it)",
                                 command) < 0) {
                full = NULL;
                return log_oom();
        }
        if (!holder)
                return doctor_find(
                        doctor, "busy", domain->name, full,
                        "its last stop is not finished, and nobody is seen who holds it");
        return doctor_find(doctor, "busy", domain->name, full,
                           "its last stop is not finished: pid %d (%s) still has a region",
                           (int) holder->pid, holder->command);
}

static int tell_down(struct doctor *doctor, const struct query_domain *domain)
{
        _cleanup_free_ char *command = NULL;

        if (domain->failure)
                return tell_failure(doctor, domain);
        if (domain->unmet)
                return doctor_find(doctor, "condition", domain->name,
                                   "change Condition...= if it is to be used here",
                                   "it is not for this machine: %s", domain->unmet);
        if (!domain->boots || doctor->query->switched_off)
                return 0;
        command = doctor_command("start", domain->name);
        return command ? doctor_find(doctor, "down", domain->name, command,
                                     "it is declared, to be started at boot, and not up")
                       : log_oom();
}

int doctor_look_at_state(struct doctor *doctor, const struct query_domain *domain)
{
        if (!domain->name)
                return 0;
        if (domain->error)
                return doctor_find(doctor, "configuration", domain->name, "fd-shmem verify", "%s",
                                   domain->error);
        switch (domain->state) {
        case STATE_DOWN:
                return tell_down(doctor, domain);
        case STATE_LEFTOVER:
                return tell_leftover(doctor, domain);
        case STATE_DAMAGED:
                return tell_drift(doctor, domain);
        default:
                return 0;
        }
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/apply/work.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/tool/common/interrupt.h"

/* Our units' own timeouts are two minutes. */
#define QUIET_SECONDS 150

int work_begin(const struct tool *tool, bool dry_run, struct work *ret)
{
        int r;

        *ret = (struct work){ .tool = tool, .dry_run = dry_run };
        r = manager_connect(&ret->bus);
        if (r == -ENOTCONN)
                return log_error_errno(
                        r,
                        "systemd does not run here, and nothing is done without it; \"%s init\" "
                        "makes a "
                        "domain by hand",
                        tool->name);
        if (r < 0)
                return log_error_errno(r, "Cannot connect to systemd: %m");
        interrupt_catch();
        return 0;
}

void work_done(struct work *work)
{
        manager_disconnect(&work->bus);
}

static bool go_on(void *userdata)
{
        return !interrupt_pending();
}

int work_wait_for_quiet(struct work *work, bool after)
{
        bool told = false;

        for (unsigned seconds = 0;; seconds++) {
                _cleanup_strings_ char **units = NULL;
                int r = manager_busy_units(work->bus, &units);

                if (r < 0)
                        return log_error_errno(r, "Cannot ask systemd for its jobs: %m");
                if (!units || !units[0])
                        return 0;
                if (interrupt_pending())
                        return log_error_errno(EINTR, "Interrupted; systemd continues with %s",
                                               units[0]);
                if (seconds >= QUIET_SECONDS)
                        return log_error_errno(
                                EBUSY, "%s has had a job for %u s, see \"systemctl list-jobs\"%s",
                                units[0], seconds, after ? "" : "; nothing was done");
                if (!told && !after)
                        log_notice("Waiting for a job of %s that systemd has already", units[0]);
                told = true;
                r = manager_wait_for_change(work->bus, 1000000);
                if (r < 0)
                        return log_error_errno(r, "Lost the connection to systemd: %m");
        }
}

/* "StopUnit" is "stop", as systemctl(1) calls it. */
static void print_job(const struct work *work, const char *method, const char *unit)
{
        fprintf(work->tool->out, "Would %c%.*s %s\n", method[0] | 0x20,
                (int) strcspn(method + 1, "U"), method + 1, unit);
}

void work_queue(struct work *work, struct manager_jobs *jobs, const char *method, const char *unit,
                const char *mode)
{
        int r = 0;

        if (work->dry_run) {
                print_job(work, method, unit);
                return;
        }
        if (!jobs->slot)
                r = manager_jobs_begin(work->bus, jobs);
        if (r >= 0)
                r = manager_jobs_add(work->bus, jobs, method, unit, mode);
        if (r >= 0)
                return;
        (void) log_error_errno(r, "systemd refuses %s of %s: %m", method, unit);
        work->failed = true;
}

int work_wait(struct work *work, struct manager_jobs *jobs)
{
        int r;

        if (work->dry_run)
                return 0;
        r = manager_jobs_wait(work->bus, jobs, go_on, NULL);
        if (r == -EINTR)
                return log_error_errno(r, "Interrupted; systemd continues with %s",
                                       jobs->n > 0 ? jobs->items[jobs->n - 1].unit : "nothing");
        if (r < 0)
                return log_error_errno(r, "Lost the connection to systemd: %m");
        return 0;
}

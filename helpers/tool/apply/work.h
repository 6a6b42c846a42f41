/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Changes the machine through systemd jobs only, never directly. */

#include "helpers/modules/manager/jobs.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/plan/scheme.h"

struct work {
        const struct tool *tool;
        sd_bus *bus;
        bool dry_run; /* jobs are printed instead of queued */
        bool failed;  /* something was not done, which has been reported */
};

/* Connects to systemd. Logs a failure, and on Ctrl-C the jobs that continue without us. */
int work_begin(const struct tool *tool, bool dry_run, struct work *ret);
void work_done(struct work *work);

/* Waits until none of our units has a job any more; gives up after a while, naming one. AFTER our
 * own jobs there may be follow-up jobs, such as the rollback of a failed start. */
int work_wait_for_quiet(struct work *work, bool after);

/* Queues the job, without waiting for it; a dry run prints it. Errors are logged and make the work a failed one. */
void work_queue(struct work *work, struct manager_jobs *jobs, const char *method, const char *unit,
                const char *mode);

/* Waits for all queued jobs. Negative errno, logged: it cannot be waited for. */
int work_wait(struct work *work, struct manager_jobs *jobs);

/* Starts or stops the watch, if needed. */
int work_watch(struct work *work, const struct scheme *scheme);

/* Executes SCHEME in the order that needs least memory: stops, shrinks, grows. Failures are logged,
 * and the rest continues. */
int work_perform(struct work *work, const struct scheme *scheme);

#define _cleanup_work_ _cleanup_(work_done)

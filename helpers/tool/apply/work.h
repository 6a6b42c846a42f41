/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Changing the machine by jobs of systemd, and never around it. */

#include "helpers/modules/manager/jobs.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/plan/scheme.h"

struct work {
        const struct tool *tool;
        sd_bus *bus;
        bool dry_run; /* jobs are printed instead of queued */
        bool failed;  /* something was not done, which has been reported */
};

/* Connects to systemd. Says why not, and to Ctrl-C what goes on without us. */
int work_begin(const struct tool *tool, bool dry_run, struct work *ret);
void work_done(struct work *work);

/* Waits until no unit of ours has a job any more; refuses after a while, naming one. AFTER our own jobs
 * there may be some that follow from them, as what rolls back a start that failed. */
int work_wait_for_quiet(struct work *work, bool after);

/* Queues the job, without waiting for it; a dry run prints it. Errors are logged and make the work a failed one. */
void work_queue(struct work *work, struct manager_jobs *jobs, const char *method, const char *unit,
                const char *mode);

/* Waits for all that is queued. Negative errno, logged: it cannot be waited for. */
int work_wait(struct work *work, struct manager_jobs *jobs);

/* Starts or stops the watch, if that is to be. */
int work_watch(struct work *work, const struct scheme *scheme);

/* Does what SCHEME says, in the order in which it needs least memory: stops, shrinks, grows. What
 * fails is logged, and the rest goes on. */
int work_perform(struct work *work, const struct scheme *scheme);

#define _cleanup_work_ _cleanup_(work_done)

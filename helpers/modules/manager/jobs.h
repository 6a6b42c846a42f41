/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Jobs that are queued one after the other and awaited together, so that their order is systemd's; and the
 * jobs that systemd has. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"
#include "helpers/modules/manager/manager.h"

struct manager_job {
        char *unit;
        char *path;   /* the bus object */
        char *result; /* NULL: not over; "done", "failed", "dependency", "canceled", "timeout", ... */
};

struct manager_jobs {
        struct manager_job *items;
        size_t n;
        struct sd_bus_slot *slot;
        int error; /* a result that could not be kept */
};

/* Asks systemd to read its configuration again, generators included, and waits until it has, at most
 * USEC microseconds. */
int manager_reload(sd_bus *bus, uint64_t usec);

/* Queues one job and waits at most USEC microseconds until it has ended. METHOD and MODE as in
 * manager_queue_job(). -ECANCELED: another job took its place; -EIO: it failed; -ETIMEDOUT. */
int manager_run_job(sd_bus *bus, const char *method, const char *unit, const char *mode,
                    uint64_t usec);

/* From now on no job's end is missed. JOBS must stay where it is until manager_jobs_done(). */
int manager_jobs_begin(sd_bus *bus, struct manager_jobs *jobs);

/* Queues one; METHOD and MODE likewise. */
int manager_jobs_add(sd_bus *bus, struct manager_jobs *jobs, const char *method, const char *unit,
                     const char *mode);

/* Waits until all of them have ended, calling WAITING at least once a second (may be NULL) until it
 * returns false: -EINTR. 0 whatever their results are. */
typedef bool (*manager_waiting_t)(void *userdata);
int manager_jobs_wait(sd_bus *bus, struct manager_jobs *jobs, manager_waiting_t waiting,
                      void *userdata);

/* Whether the job of UNIT that was queued last is done, as it should be. */
bool manager_jobs_succeeded(const struct manager_jobs *jobs, const char *unit);

void manager_jobs_done(struct manager_jobs *jobs);

/* All jobs of systemd, waiting or running. -ENOTCONN without systemd. */

/* The type of the job that UNIT has ("stop", "restart", ...); -ENOENT: none. Caller frees. */
int manager_job_type(sd_bus *bus, const char *unit, char **ret);

/* Cancels the job of type "stop" or "restart" that UNIT has; -ENOENT: none. */
int manager_cancel_stop(sd_bus *bus, const char *unit);

/* The units with a job of type "stop" or "restart". */
int manager_stopping_units(sd_bus *bus, char ***ret);

/* The units of fd-shmem, mounts of domains aside, that have a job. */
int manager_busy_units(sd_bus *bus, char ***ret);

#define _cleanup_manager_jobs_ _cleanup_(manager_jobs_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Jobs of the service manager that are queued one after the other and awaited together, so that their
 * order is the manager's. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "helpers/modules/manager/manager.h"

struct manager_job {
        char *unit;
        char *path;   /* the bus object; "" as long as it is not known */
        char *result; /* NULL: not over; "done", "failed", "dependency", "canceled", "timeout", ... */
};

struct manager_jobs {
        struct manager_job *items;
        size_t n;
        struct sd_bus_slot *slot;
        char *ended; /* "PATH RESULT\n" of each job that has ended since, ours or not */
};

/* Asks systemd to read its configuration again, generators included, and waits until it has, at most
 * USEC microseconds. */
int manager_reload(sd_bus *bus, uint64_t usec);

/* From now on no job's end is missed. JOBS must stay where it is until manager_jobs_done(). */
int manager_jobs_begin(sd_bus *bus, struct manager_jobs *jobs);

/* Queues one. METHOD and MODE as in manager_queue_job(). */
int manager_jobs_add(sd_bus *bus, struct manager_jobs *jobs, const char *method, const char *unit,
                     const char *mode);

/* Waits until all of them have ended, calling WAITING at least once a second (may be NULL) until it
 * returns false: -EINTR. 0 whatever their results are. */
typedef bool (*manager_waiting_t)(void *userdata);
int manager_jobs_wait(sd_bus *bus, struct manager_jobs *jobs, manager_waiting_t waiting,
                      void *userdata);

/* Whether the job of UNIT that was queued last is done, as it should be. */
bool manager_jobs_succeeded(const struct manager_jobs *jobs, const char *unit);

/* The units that have a job whose names begin with PREFIX or are in ALSO (may be NULL). */
int manager_busy_units(sd_bus *bus, const char *prefix, char **also, char ***ret);

void manager_jobs_done(struct manager_jobs *jobs);

#define _cleanup_manager_jobs_ _cleanup_(manager_jobs_done)

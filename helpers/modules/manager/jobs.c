/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/manager/bus.h"

#define RECHECK_USEC USEC_PER_SEC

int manager_reload(sd_bus *bus, uint64_t usec)
{
        _cleanup_message_ sd_bus_message *message = NULL;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_message_new_method_call(bus, &message, NULL, BUS_OBJECT, BUS_MANAGER, "Reload");
        return r < 0 ? r : sd_bus_call(bus, message, usec, NULL, NULL);
}

/* Signals are dispatched only by manager_wait_for_change(), including those that arrive before the reply
 * to a call: sd_bus_call() queues them. So the paths of all jobs are known here. */
static int on_job_removed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
        struct manager_jobs *jobs = userdata;
        const char *path, *result;

        if (sd_bus_message_read(message, "uoss", NULL, &path, NULL, &result) < 0)
                return 0;
        for (size_t i = 0; i < jobs->n; i++) {
                struct manager_job *job = jobs->items + i;

                if (job->result || strcmp(job->path, path) != 0)
                        continue;
                job->result = strdup(result);
                if (!job->result)
                        jobs->error = -ENOMEM;
        }
        return 0;
}

int manager_jobs_begin(sd_bus *bus, struct manager_jobs *jobs)
{
        if (!bus)
                return -ENOTCONN;
        return sd_bus_match_signal(bus, &jobs->slot, NULL, BUS_OBJECT, BUS_MANAGER, "JobRemoved",
                                   on_job_removed, jobs);
}

static int append_job(struct manager_jobs *jobs, const char *unit, const char *path)
{
        struct manager_job job = { .unit = strdup(unit), .path = strdup(path) }, *items;

        items = reallocarray(jobs->items, jobs->n + 1, sizeof(*items));
        if (items)
                jobs->items = items;
        if (!items || !job.unit || !job.path) {
                free(job.unit);
                free(job.path);
                return -ENOMEM;
        }
        items[jobs->n++] = job;
        return 0;
}

int manager_jobs_add(sd_bus *bus, struct manager_jobs *jobs, const char *method, const char *unit,
                     const char *mode)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_call_method(bus, NULL, BUS_OBJECT, BUS_MANAGER, method, NULL, &reply, "ss", unit,
                               mode);
        if (r >= 0)
                r = sd_bus_message_read(reply, "o", &path);
        return r < 0 ? r : append_job(jobs, unit, path);
}

static bool have_all_ended(const struct manager_jobs *jobs)
{
        for (size_t i = 0; i < jobs->n; i++)
                if (!jobs->items[i].result)
                        return false;
        return true;
}

int manager_jobs_wait(sd_bus *bus, struct manager_jobs *jobs, manager_waiting_t waiting,
                      void *userdata)
{
        while (!have_all_ended(jobs)) {
                int r;

                if (waiting && !waiting(userdata))
                        return -EINTR;
                r = manager_wait_for_change(bus, RECHECK_USEC);
                if (r < 0 || jobs->error < 0)
                        return r < 0 ? r : jobs->error;
        }
        return 0;
}

bool manager_jobs_succeeded(const struct manager_jobs *jobs, const char *unit)
{
        for (size_t i = jobs->n; i-- > 0;)
                if (strcmp(jobs->items[i].unit, unit) == 0)
                        return jobs->items[i].result && strcmp(jobs->items[i].result, "done") == 0;
        return false;
}

void manager_jobs_done(struct manager_jobs *jobs)
{
        sd_bus_slot_unref(jobs->slot);
        for (size_t i = 0; i < jobs->n; i++) {
                free(jobs->items[i].unit);
                free(jobs->items[i].path);
                free(jobs->items[i].result);
        }
        free(jobs->items);
        *jobs = (struct manager_jobs){};
}

int manager_run_job(sd_bus *bus, const char *method, const char *unit, const char *mode,
                    uint64_t usec)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        uint64_t end = clock_usec() + usec;
        const char *result;
        int r;

        r = manager_jobs_begin(bus, &jobs);
        if (r >= 0)
                r = manager_jobs_add(bus, &jobs, method, unit, mode);
        while (r >= 0 && !have_all_ended(&jobs)) {
                uint64_t now = clock_usec();

                r = now >= end ? -ETIMEDOUT : manager_wait_for_change(bus, end - now);
                if (r >= 0)
                        r = jobs.error;
        }
        if (r < 0)
                return r;

        result = jobs.items[0].result;
        if (strcmp(result, "done") == 0)
                return 0;
        return strcmp(result, "canceled") == 0 ? -ECANCELED : -EIO;
}

/* Its texts are valid as long as the reply that it was read from. */
struct job {
        uint32_t id;
        const char *unit;
        const char *type;
};

/* Reads the next job of a ListJobs() reply: 1, and 0 after the last. */
static int next_job(sd_bus_message *reply, struct job *ret)
{
        return sd_bus_message_read(reply, "(usssoo)", &ret->id, &ret->unit, &ret->type, NULL, NULL,
                                   NULL);
}

static int list_jobs(sd_bus *bus, sd_bus_message **ret)
{
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_call_method(bus, NULL, BUS_OBJECT, BUS_MANAGER, "ListJobs", NULL, ret, NULL);
        return r < 0 ? r : sd_bus_message_enter_container(*ret, 'a', "(usssoo)");
}

int manager_job_type(sd_bus *bus, const char *unit, char **ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        struct job job;
        int r = list_jobs(bus, &reply);

        if (r < 0)
                return r;
        while ((r = next_job(reply, &job)) > 0)
                if (strcmp(job.unit, unit) == 0)
                        return (*ret = strdup(job.type)) ? 0 : -ENOMEM;
        return r < 0 ? r : -ENOENT;
}

static bool is_stop(const struct job *job)
{
        return strcmp(job->type, "stop") == 0 || strcmp(job->type, "restart") == 0;
}

int manager_cancel_stop(sd_bus *bus, const char *unit)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        struct job job;
        int r = list_jobs(bus, &reply);

        if (r < 0)
                return r;
        while ((r = next_job(reply, &job)) > 0)
                if (strcmp(job.unit, unit) == 0 && is_stop(&job))
                        return sd_bus_call_method(bus, NULL, BUS_OBJECT, BUS_MANAGER, "CancelJob",
                                                  NULL, NULL, "u", job.id);
        return r < 0 ? r : -ENOENT;
}

/* Lists the units of those jobs that WANTED accepts. */
static int list_units(sd_bus *bus, bool (*wanted)(const struct job *job), char ***ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        _cleanup_strings_ char **units = NULL;
        struct job job;
        size_t n = 0;
        int r = list_jobs(bus, &reply);

        if (r < 0)
                return r;
        while ((r = next_job(reply, &job)) > 0) {
                r = wanted(&job) ? string_list_add(&units, &n, job.unit) : 0;
                if (r < 0)
                        return r;
        }
        if (r < 0)
                return r;

        *ret = TAKE_PTR(units);
        return 0;
}

int manager_stopping_units(sd_bus *bus, char ***ret)
{
        return list_units(bus, is_stop, ret);
}

static bool is_ours(const struct job *job)
{
        return unit_is_ours(job->unit);
}

int manager_busy_units(sd_bus *bus, char ***ret)
{
        return list_units(bus, is_ours, ret);
}

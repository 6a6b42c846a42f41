/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/jobs.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-bus.h>

static const char OBJECT[] = "/org/freedesktop/systemd1";
static const char MANAGER[] = "org.freedesktop.systemd1.Manager";

#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)

#define RECHECK_USEC UINT64_C(1000000)

int manager_reload(sd_bus *bus, uint64_t usec)
{
        _cleanup_message_ sd_bus_message *message = NULL;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_message_new_method_call(bus, &message, NULL, OBJECT, MANAGER, "Reload");
        return r < 0 ? r : sd_bus_call(bus, message, usec, NULL, NULL);
}

static int on_job_removed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
        struct manager_jobs *jobs = userdata;
        const char *path, *unit, *result;
        char *ended;
        uint32_t id;

        if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) < 0)
                return 0;
        if (asprintf(&ended, "%s%s %s\n", jobs->ended ?: "", path, result) >= 0) {
                free(jobs->ended);
                jobs->ended = ended;
        }
        return 0;
}

int manager_jobs_begin(sd_bus *bus, struct manager_jobs *jobs)
{
        if (!bus)
                return -ENOTCONN;
        return sd_bus_match_signal(bus, &jobs->slot, NULL, OBJECT, MANAGER, "JobRemoved",
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
        r = sd_bus_call_method(bus, NULL, OBJECT, MANAGER, method, NULL, &reply, "ss", unit, mode);
        if (r >= 0)
                r = sd_bus_message_read(reply, "o", &path);
        return r < 0 ? r : append_job(jobs, unit, path);
}

/* Takes the result of JOB out of what has ended. */
static int find_result(const struct manager_jobs *jobs, struct manager_job *job)
{
        size_t length = strlen(job->path);

        for (const char *line = jobs->ended; line && *line; line = strchr(line, '\n') + 1) {
                if (strncmp(line, job->path, length) != 0 || line[length] != ' ')
                        continue;
                line += length + 1;
                job->result = strndup(line, strcspn(line, "\n"));
                return job->result ? 0 : -ENOMEM;
        }
        return 0;
}

static int take_results(struct manager_jobs *jobs, bool *ret_all)
{
        *ret_all = true;
        for (size_t i = 0; i < jobs->n; i++) {
                struct manager_job *job = jobs->items + i;
                int r = job->result ? 0 : find_result(jobs, job);

                if (r < 0)
                        return r;
                *ret_all &= job->result != NULL;
        }
        return 0;
}

int manager_jobs_wait(sd_bus *bus, struct manager_jobs *jobs, manager_waiting_t waiting,
                      void *userdata)
{
        bool all;
        int r;

        for (;;) {
                r = take_results(jobs, &all);
                if (r < 0 || all)
                        return r;
                if (waiting && !waiting(userdata))
                        return -EINTR;
                r = manager_wait_for_change(bus, RECHECK_USEC);
                if (r < 0)
                        return r;
        }
}

bool manager_jobs_succeeded(const struct manager_jobs *jobs, const char *unit)
{
        for (size_t i = jobs->n; i-- > 0;)
                if (strcmp(jobs->items[i].unit, unit) == 0)
                        return jobs->items[i].result && strcmp(jobs->items[i].result, "done") == 0;
        return false;
}

static bool contains(char **list, const char *name)
{
        for (; list && *list; list++)
                if (strcmp(*list, name) == 0)
                        return true;
        return false;
}

int manager_busy_units(sd_bus *bus, const char *prefix, char **also, char ***ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        _cleanup_strings_ char **units = NULL;
        const char *unit;
        size_t n = 0;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_call_method(bus, NULL, OBJECT, MANAGER, "ListJobs", NULL, &reply, NULL);
        if (r >= 0)
                r = sd_bus_message_enter_container(reply, 'a', "(usssoo)");
        while (r >= 0 && (r = sd_bus_message_read(reply, "(usssoo)", NULL, &unit, NULL, NULL, NULL,
                                                  NULL)) > 0)
                if (strncmp(unit, prefix, strlen(prefix)) == 0 || contains(also, unit))
                        r = string_list_add(&units, &n, unit);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(units);
        return 0;
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
        free(jobs->ended);
        *jobs = (struct manager_jobs){};
}

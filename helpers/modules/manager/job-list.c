/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/job-list.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "basic/unit-table.h"
#include "helpers/modules/manager/bus.h"

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

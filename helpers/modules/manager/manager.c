/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/manager.h"
#include "basic/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "basic/cleanup.h"

/* The private socket knows one peer, the manager itself, and wants no destination. */
static const char OBJECT[] = "/org/freedesktop/systemd1";
static const char MANAGER[] = "org.freedesktop.systemd1.Manager";
static const char UNIT[] = "org.freedesktop.systemd1.Unit";
static const char SERVICE[] = "org.freedesktop.systemd1.Service";

#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)
#define _cleanup_slot_    _cleanup_(sd_bus_slot_unrefp)

int manager_connect(sd_bus **ret)
{
        sd_bus *bus = NULL;
        int r;

        r = sd_bus_new(&bus);
        if (r < 0)
                return r;
        r = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
        if (r >= 0)
                r = sd_bus_start(bus);
        if (r < 0) {
                sd_bus_unref(bus);
                return r == -ENOENT || r == -ECONNREFUSED ? -ENOTCONN : r;
        }

        *ret = bus;
        return 0;
}

/* Every call waits for its answer, so there is nothing to flush; and a manager that does not even answer
 * the authentication would keep a flush waiting for 90 seconds. */
void manager_disconnect(sd_bus **bus)
{
        *bus = sd_bus_close_unref(*bus);
}

static int call_unit(sd_bus *bus, const char *method, const char *unit, const char *mode,
                     sd_bus_message **ret)
{
        if (!bus)
                return -ENOTCONN;
        return sd_bus_call_method(bus, NULL, OBJECT, MANAGER, method, NULL, ret, mode ? "ss" : "s",
                                  unit, mode);
}

int manager_queue_job(sd_bus *bus, const char *method, const char *unit, const char *mode)
{
        return call_unit(bus, method, unit, mode, NULL);
}

int manager_reset_failed(sd_bus *bus, const char *unit)
{
        return call_unit(bus, "ResetFailedUnit", unit, NULL, NULL);
}

int manager_system_state(sd_bus *bus, char **ret)
{
        return bus ? sd_bus_get_property_string(bus, NULL, OBJECT, MANAGER, "SystemState", NULL,
                                                ret)
                   : -ENOTCONN;
}

/* Waits for messages until there were some (they are dispatched) or USEC are over. */
int manager_wait_for_change(sd_bus *bus, uint64_t usec)
{
        int r, n = 0;

        if (!bus)
                return -ENOTCONN;
        for (;;) {
                while ((r = sd_bus_process(bus, NULL)) > 0)
                        n++;
                if (r < 0)
                        return r;
                if (n > 0)
                        return 0;
                r = sd_bus_wait(bus, usec);
                if (r < 0 && r != -EINTR)
                        return r;
                if (r == 0)
                        return 0;
        }
}

struct awaited_job {
        const char *path;
        int result; /* -EINPROGRESS until it has ended */
};

static int job_result(const char *result)
{
        if (strcmp(result, "done") == 0)
                return 0;
        return strcmp(result, "canceled") == 0 ? -ECANCELED : -EIO;
}

static int on_job_removed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
        struct awaited_job *job = userdata;
        const char *path, *result;

        if (sd_bus_message_read(message, "uoss", NULL, &path, NULL, &result) >= 0 &&
            job->result == -EINPROGRESS && strcmp(path, job->path) == 0)
                job->result = job_result(result);
        return 0;
}

int manager_run_job(sd_bus *bus, const char *method, const char *unit, const char *mode,
                    uint64_t usec)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        _cleanup_slot_ sd_bus_slot *slot = NULL;
        struct awaited_job job = { .result = -EINPROGRESS };
        uint64_t end = clock_usec() + usec;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_match_signal(bus, &slot, NULL, OBJECT, MANAGER, "JobRemoved", on_job_removed,
                                &job);
        if (r < 0)
                return r;
        /* Signals that come before the reply are dispatched after it: sd_bus_call() puts them aside. */
        r = call_unit(bus, method, unit, mode, &reply);
        if (r >= 0)
                r = sd_bus_message_read(reply, "o", &job.path);
        if (r < 0)
                return r;

        while (job.result == -EINPROGRESS) {
                uint64_t t = clock_usec();

                r = t >= end ? -ETIMEDOUT : manager_wait_for_change(bus, end - t);
                if (r < 0)
                        return r;
        }
        return job.result;
}

/* The object that stands for UNIT, which METHOD gives: "GetUnit" of a loaded one, else -ENOENT, or
 * "LoadUnit". The path is valid while *RET_REPLY is. */
static int find_unit(sd_bus *bus, const char *method, const char *unit, sd_bus_message **ret_reply,
                     const char **ret)
{
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_call_method(bus, NULL, OBJECT, MANAGER, method, &error, ret_reply, "s", unit);
        if (sd_bus_error_has_name(&error, "org.freedesktop.systemd1.NoSuchUnit"))
                return -ENOENT;
        return r < 0 ? r : sd_bus_message_read(*ret_reply, "o", ret);
}

int manager_unit_string(sd_bus *bus, const char *unit, const char *name, char **ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r = find_unit(bus, "GetUnit", unit, &reply, &path);

        return r < 0 ? r : sd_bus_get_property_string(bus, NULL, path, UNIT, name, NULL, ret);
}

int manager_load_state(sd_bus *bus, const char *unit, char **ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r = find_unit(bus, "LoadUnit", unit, &reply, &path);

        return r < 0 ? r
                     : sd_bus_get_property_string(bus, NULL, path, UNIT, "LoadState", NULL, ret);
}

static int unit_list(sd_bus *bus, const char *method, const char *unit, const char *property,
                     char ***ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r = find_unit(bus, method, unit, &reply, &path);

        return r < 0 ? r : sd_bus_get_property_strv(bus, NULL, path, UNIT, property, NULL, ret);
}

int manager_unit_list(sd_bus *bus, const char *unit, const char *property, char ***ret)
{
        return unit_list(bus, "GetUnit", unit, property, ret);
}

int manager_loaded_list(sd_bus *bus, const char *unit, const char *property, char ***ret)
{
        return unit_list(bus, "LoadUnit", unit, property, ret);
}

int manager_unit_command(sd_bus *bus, const char *unit, char ***ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL, *property = NULL;
        const char *path, *program;
        int r = find_unit(bus, "LoadUnit", unit, &reply, &path);

        if (r >= 0)
                r = sd_bus_get_property(bus, NULL, path, SERVICE, "ExecStart", NULL, &property,
                                        "a(sasbttttuii)");
        if (r >= 0)
                r = sd_bus_message_enter_container(property, 'a', "(sasbttttuii)");
        if (r >= 0)
                r = sd_bus_message_enter_container(property, 'r', "sasbttttuii");
        if (r > 0)
                r = sd_bus_message_read(property, "s", &program);
        if (r > 0)
                return sd_bus_message_read_strv(property, ret);
        return r < 0 ? r : -ENOENT;
}

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
        r = sd_bus_call_method(bus, NULL, OBJECT, MANAGER, "ListJobs", NULL, ret, NULL);
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
                        return sd_bus_call_method(bus, NULL, OBJECT, MANAGER, "CancelJob", NULL,
                                                  NULL, "u", job.id);
        return r < 0 ? r : -ENOENT;
}

int manager_stopping_units(sd_bus *bus, char ***ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        _cleanup_strings_ char **units = calloc(1, sizeof(*units));
        struct job job;
        size_t n = 0;
        int r;

        if (!units)
                return -ENOMEM;
        r = list_jobs(bus, &reply);
        if (r < 0)
                return r;
        while ((r = next_job(reply, &job)) > 0)
                if (is_stop(&job)) {
                        r = string_list_add(&units, &n, job.unit);
                        if (r < 0)
                                return r;
                }
        if (r < 0)
                return r;

        *ret = TAKE_PTR(units);
        return 0;
}

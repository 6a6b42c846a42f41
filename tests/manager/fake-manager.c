/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/manager/fake-manager.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "tests/manager/fake-properties.h"

#define OBJECT  "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"

struct fake_manager fake_manager;
sd_bus *fake_bus;

static struct fake_unit units[64];
static size_t n_units;
static unsigned last_job;
static sd_bus *server;
static pthread_t thread;
/* Held while a call is answered; by the test while it changes units. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static bool lost;

static struct fake_unit *find(const char *name)
{
        for (size_t i = 0; i < n_units; i++)
                if (strcmp(units[i].name, name) == 0)
                        return &units[i];
        return NULL;
}

struct fake_unit *fake_unit(const char *name, const char *state)
{
        struct fake_unit *unit;

        pthread_mutex_lock(&lock);
        unit = find(name) ?: &units[n_units++];
        *unit = (struct fake_unit){ .load_state = "loaded", .active_state = state };
        snprintf(unit->name, sizeof(unit->name), "%s", name);
        pthread_mutex_unlock(&lock);
        return unit;
}

void fake_job_ends(unsigned id, const char *unit, const char *result)
{
        char path[64];

        snprintf(path, sizeof(path), OBJECT "/job/%u", id);
        (void) sd_bus_emit_signal(server, OBJECT, MANAGER, "JobRemoved", "uoss", id, path, unit,
                                  result);
}

void fake_signal(void)
{
        (void) sd_bus_emit_signal(server, OBJECT, MANAGER, "Reloading", "b", 0);
}

void fake_disconnect(void)
{
        lost = true;
}

static void run_hook(fake_hook_t hook, const char *method, const char *unit)
{
        if (hook)
                hook(method, unit);
}

/* The unit's object, named after its place in the table. */
static int reply_unit_path(sd_bus_message *call, const char *name, bool load)
{
        struct fake_unit *unit = find(name);
        char path[64];

        if (!unit && load) {
                unit = fake_unit(name, NULL);
                unit->load_state = "not-found";
        }
        if (!unit || (!unit->active_state && !load))
                return sd_bus_reply_method_errorf(call, "org.freedesktop.systemd1.NoSuchUnit",
                                                  "Unit %s not loaded.", name);
        snprintf(path, sizeof(path), OBJECT "/unit/u%td", unit - units);
        return sd_bus_reply_method_return(call, "o", path);
}

static int reply_jobs(sd_bus_message *call)
{
        sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(call, &reply);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(usssoo)");
        for (size_t i = 0; i < n_units && r >= 0; i++)
                if (units[i].job)
                        r = sd_bus_message_append(reply, "(usssoo)", (unsigned) i, units[i].name,
                                                  units[i].job, "running", OBJECT "/job/1",
                                                  OBJECT "/unit/u1");
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = sd_bus_send(server, reply, NULL);
        sd_bus_message_unref(reply);
        return r;
}

/* Whose object the call is made to; NULL: the manager's. */
static struct fake_unit *called_unit(sd_bus_message *call)
{
        size_t i;

        if (strcmp(sd_bus_message_get_path(call), OBJECT) == 0)
                return NULL;
        if (sscanf(sd_bus_message_get_path(call), OBJECT "/unit/u%zu", &i) == 1 && i < n_units)
                return &units[i];
        abort();
}

static int reply_property(sd_bus_message *call, const char *name)
{
        const struct fake_unit *unit = called_unit(call);
        sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(call, &reply);
        if (r >= 0)
                r = unit ? fake_append_property(reply, unit, name)
                         : sd_bus_message_append(reply, "v", "s", fake_manager.system_state);
        r = r >= 0 ? sd_bus_send(server, reply, NULL) : sd_bus_reply_method_errno(call, r, NULL);
        sd_bus_message_unref(reply);
        return r;
}

static int reply_job(sd_bus_message *call)
{
        char path[64];

        snprintf(path, sizeof(path), OBJECT "/job/%u", ++last_job);
        return sd_bus_reply_method_return(call, "o", path);
}

/* The job has done what it was queued for. */
static void end_job(const char *method, const char *name)
{
        struct fake_unit *unit = find(name);

        if (!fake_manager.result)
                return;
        if (unit && strcmp(fake_manager.result, "done") == 0)
                unit->active_state = strcmp(method, "StopUnit") == 0 ? "inactive" : "active";
        fake_job_ends(last_job, name, fake_manager.result);
}

static void note_order(const char *method, const char *unit, const char *mode)
{
        size_t used = strlen(fake_manager.orders);

        snprintf(fake_manager.orders + used, sizeof(fake_manager.orders) - used, "%s %s%s%s\n",
                 method, unit ?: "", mode ? " " : "", mode ?: "");
}

static int give_order(sd_bus_message *call, const char *method, const char *unit, const char *mode)
{
        note_order(method, unit, mode);
        if (strcmp(method, "ResetFailedUnit") == 0 || strcmp(method, "Reload") == 0)
                return sd_bus_reply_method_return(call, NULL);
        if (fake_manager.refuse && strcmp(fake_manager.refuse, method) == 0)
                return sd_bus_reply_method_errno(call, EPERM, NULL);
        if (strcmp(method, "CancelJob") == 0) {
                find(unit)->job = NULL;
                return sd_bus_reply_method_return(call, NULL);
        }
        if (!find(unit))
                return sd_bus_reply_method_errorf(call, "org.freedesktop.systemd1.NoSuchUnit",
                                                  "Unit %s not found.", unit);
        int r = reply_job(call);

        if (r >= 0)
                end_job(method, unit);
        return r;
}

static int answer(sd_bus_message *call, const char *method, const char *first, const char *second)
{
        if (strcmp(method, "GetUnit") == 0 || strcmp(method, "LoadUnit") == 0)
                return reply_unit_path(call, first, method[0] == 'L');
        if (strcmp(method, "ListJobs") == 0)
                return reply_jobs(call);
        if (strcmp(method, "Get") == 0)
                return reply_property(call, second);
        return give_order(call, method, first, second);
}

static void handle(sd_bus_message *call)
{
        const char *method = sd_bus_message_get_member(call), *first = NULL, *second = NULL;
        const char *signature = sd_bus_message_get_signature(call, true);
        uint32_t job;

        if (strcmp(signature, "ss") == 0)
                (void) sd_bus_message_read(call, "ss", &first, &second);
        else if (strcmp(signature, "s") == 0)
                (void) sd_bus_message_read(call, "s", &first);
        else if (strcmp(signature, "u") == 0 && sd_bus_message_read(call, "u", &job) >= 0)
                first = units[job].name;
        bool get = strcmp(method, "Get") == 0;
        const char *what = get ? second : method, *unit = first;

        if (get)
                unit = called_unit(call) ? called_unit(call)->name : NULL;
        if (get || strcmp(method, "ListJobs") == 0)
                fake_manager.questions++;
        run_hook(fake_manager.before_reply, what, unit);
        if (fake_manager.mute || lost)
                return;
        (void) answer(call, method, first, second);
        run_hook(fake_manager.after_reply, what, unit);
}

static int on_message(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
        if (!sd_bus_message_is_method_call(message, NULL, NULL))
                return 0;
        pthread_mutex_lock(&lock);
        handle(message);
        pthread_mutex_unlock(&lock);
        return 1;
}

static void *serve(void *userdata)
{
        int r;

        do
                r = sd_bus_process(server, NULL);
        while (!lost && (r > 0 || (r == 0 && sd_bus_wait(server, UINT64_MAX) >= 0)));
        server = sd_bus_flush_close_unref(server);
        return NULL;
}

static int open_server(int fd)
{
        sd_id128_t id =
                SD_ID128_MAKE(fd, 5e, e1, fd, 54, ee, 1f, d0, fd, 5e, e1, fd, 54, ee, 1f, d1);
        int r = sd_bus_new(&server);

        if (r >= 0)
                r = sd_bus_set_fd(server, fd, fd);
        if (r >= 0)
                r = sd_bus_set_server(server, true, id);
        if (r >= 0)
                r = sd_bus_set_anonymous(server, true);
        if (r >= 0)
                r = sd_bus_add_filter(server, NULL, on_message, NULL);
        return r < 0 ? r : sd_bus_start(server);
}

static void forget_everything(void)
{
        fake_manager = (struct fake_manager){ .result = "done" };
        n_units = 0;
        last_job = 11;
        lost = false;
}

int fake_manager_start(void **state)
{
        int pair[2], r;

        forget_everything();
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
                return -errno;
        r = open_server(pair[0]);
        if (r >= 0)
                r = -pthread_create(&thread, NULL, serve, NULL);
        if (r >= 0)
                r = sd_bus_new(&fake_bus);
        if (r >= 0)
                r = sd_bus_set_fd(fake_bus, pair[1], pair[1]);
        return r < 0 ? r : sd_bus_start(fake_bus);
}

int fake_manager_stop(void **state)
{
        fake_bus = sd_bus_close_unref(fake_bus);
        return pthread_join(thread, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/manager.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/manager/bus.h"

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

/* Every call waits for its answer, so there is nothing to flush; and a flush would wait 90 seconds for a
 * manager that does not answer the authentication. */
void manager_disconnect(sd_bus **bus)
{
        *bus = sd_bus_close_unref(*bus);
}

static int call_unit(sd_bus *bus, const char *method, const char *unit, const char *mode,
                     sd_bus_message **ret)
{
        if (!bus)
                return -ENOTCONN;
        return sd_bus_call_method(bus, NULL, BUS_OBJECT, BUS_MANAGER, method, NULL, ret,
                                  mode ? "ss" : "s", unit, mode);
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
        return bus ? sd_bus_get_property_string(bus, NULL, BUS_OBJECT, BUS_MANAGER, "SystemState",
                                                NULL, ret)
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

/* The D-Bus object of UNIT, which METHOD gives: "GetUnit" of a loaded one, else -ENOENT, or
 * "LoadUnit". The path is valid while *RET_REPLY is. */
static int find_unit(sd_bus *bus, const char *method, const char *unit, sd_bus_message **ret_reply,
                     const char **ret)
{
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        if (!bus)
                return -ENOTCONN;
        r = sd_bus_call_method(bus, NULL, BUS_OBJECT, BUS_MANAGER, method, &error, ret_reply, "s",
                               unit);
        if (sd_bus_error_has_name(&error, "org.freedesktop.systemd1.NoSuchUnit"))
                return -ENOENT;
        return r < 0 ? r : sd_bus_message_read(*ret_reply, "o", ret);
}

int manager_unit_string(sd_bus *bus, const char *unit, const char *name, char **ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r = find_unit(bus, "GetUnit", unit, &reply, &path);

        return r < 0 ? r : sd_bus_get_property_string(bus, NULL, path, BUS_UNIT, name, NULL, ret);
}

bool manager_unit_is(sd_bus *bus, const char *unit, const char *state)
{
        _cleanup_free_ char *found = NULL;

        return manager_unit_string(bus, unit, "ActiveState", &found) >= 0 &&
               strcmp(found, state) == 0;
}

int manager_load_state(sd_bus *bus, const char *unit, char **ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r = find_unit(bus, "LoadUnit", unit, &reply, &path);

        return r < 0 ? r
                     : sd_bus_get_property_string(bus, NULL, path, BUS_UNIT, "LoadState", NULL,
                                                  ret);
}

static int unit_list(sd_bus *bus, const char *method, const char *unit, const char *property,
                     char ***ret)
{
        _cleanup_message_ sd_bus_message *reply = NULL;
        const char *path;
        int r = find_unit(bus, method, unit, &reply, &path);

        return r < 0 ? r : sd_bus_get_property_strv(bus, NULL, path, BUS_UNIT, property, NULL, ret);
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
                r = sd_bus_get_property(bus, NULL, path, BUS_SERVICE, "ExecStart", NULL, &property,
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

/* Adds those of an array of (type, trigger, negate, parameter, state) to ALL, and those whose state is
 * negative to UNMET, with the marks as they are written in a unit. */
static int read_assertions(sd_bus_message *property, char ***all, char ***unmet)
{
        const char *type, *parameter;
        int trigger, negate, state, r;
        size_t n = 0, n_unmet = 0;

        r = sd_bus_message_enter_container(property, 'a', "(sbbsi)");
        while (r >= 0 && (r = sd_bus_message_read(property, "(sbbsi)", &type, &trigger, &negate,
                                                  &parameter, &state)) > 0) {
                _cleanup_free_ char *text = NULL;

                if (asprintf(&text, "%s=%s%s%s", type + strlen("Assert"), trigger ? "|" : "",
                             negate ? "!" : "", parameter) < 0)
                        text = NULL;
                r = text ? string_list_add(all, &n, text) : -ENOMEM;
                if (r >= 0 && state < 0)
                        r = string_list_add(unmet, &n_unmet, text);
        }
        return r;
}

/* Whether the unit at PATH was to be started, and its assertions were against it. */
static int was_unmet(sd_bus *bus, const char *path)
{
        uint64_t tried = 0;
        int result = 0, r;

        r = sd_bus_get_property_trivial(bus, NULL, path, BUS_UNIT, "AssertTimestampMonotonic", NULL,
                                        't', &tried);
        if (r >= 0)
                r = sd_bus_get_property_trivial(bus, NULL, path, BUS_UNIT, "AssertResult", NULL,
                                                'b', &result);
        return r < 0 ? r : tried > 0 && !result;
}

int manager_unit_unmet(sd_bus *bus, const char *unit, char ***ret, bool *ret_known)
{
        _cleanup_message_ sd_bus_message *reply = NULL, *property = NULL;
        _cleanup_strings_ char **all = NULL, **unmet = NULL;
        const char *path;
        int r = find_unit(bus, "GetUnit", unit, &reply, &path);

        if (r >= 0)
                r = was_unmet(bus, path);
        if (r > 0)
                r = sd_bus_get_property(bus, NULL, path, BUS_UNIT, "Asserts", NULL, &property,
                                        "a(sbbsi)");
        if (r >= 0 && property)
                r = read_assertions(property, &all, &unmet);
        if (r < 0)
                return r;

        *ret_known = unmet || !all;
        *ret = unmet ? TAKE_PTR(unmet) : TAKE_PTR(all);
        return 0;
}

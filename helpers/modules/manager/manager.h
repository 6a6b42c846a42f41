/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The service manager, over its private socket (/run/systemd/private), which is available before D-Bus.
 * Every call returns -ENOTCONN if there is no systemd, or if BUS is NULL. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"

typedef struct sd_bus sd_bus;

/* Owned by the caller, released by manager_disconnect(). */
int manager_connect(sd_bus **ret);
void manager_disconnect(sd_bus **bus);

/* Queues a job. METHOD: "StartUnit", "StopUnit"; MODE: "replace", "ignore-dependencies", ... */
int manager_queue_job(sd_bus *bus, const char *method, const char *unit, const char *mode);

/* Waits for messages, such as the end of a job, at most USEC microseconds; 0 either way. */
int manager_wait_for_change(sd_bus *bus, uint64_t usec);

/* The state shown by "systemctl is-system-running": "initializing", "running", ... Caller frees. */
int manager_system_state(sd_bus *bus, char **ret);

int manager_reset_failed(sd_bus *bus, const char *unit);

/* The unit's property NAME of type string: ActiveState ("active", "failed", ...). -ENOENT: the unit is
 * not loaded, so nothing of it is active. Caller frees. */
int manager_unit_string(sd_bus *bus, const char *unit, const char *name, char **ret);

/* Whether the unit's ActiveState is STATE. False without systemd. */
bool manager_unit_is(sd_bus *bus, const char *unit, const char *state);

/* "loaded", "not-found", "bad-setting", ...: loads the unit, and systemd logs what is wrong with it.
 * Caller frees. */
int manager_load_state(sd_bus *bus, const char *unit, char **ret);

/* A property that is a list of unit names (Wants, Before, ...) of a loaded unit, else -ENOENT; the
 * caller frees by string_list_free(). */
int manager_unit_list(sd_bus *bus, const char *unit, const char *property, char ***ret);

/* The same, and loads the unit first. */
int manager_loaded_list(sd_bus *bus, const char *unit, const char *property, char ***ret);

/* The assertions of UNIT that were not met when it was to be started last, "Memory=>=64G"; NULL: there were
 * none. *RET_KNOWN is false if systemd has been reloaded since: then *RET has all of them. -ENOENT: the unit
 * is not loaded. The caller frees *RET by string_list_free(). */
int manager_unit_unmet(sd_bus *bus, const char *unit, char ***ret, bool *ret_known);

/* The words of the service's first ExecStart= command; loads it first. The caller frees by
 * string_list_free(). -ENOENT: it has none. */
int manager_unit_command(sd_bus *bus, const char *unit, char ***ret);

#define _cleanup_manager_ _cleanup_(manager_disconnect)

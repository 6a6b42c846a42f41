/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The service manager over its private socket (/run/systemd/private), which is there before D-Bus
 * is. Every call says so plainly when there is no systemd: -ENOTCONN. */

#include <stdbool.h>
#include <stddef.h>

typedef struct sd_bus sd_bus;

/* Owned by the caller: sd_bus_flush_close_unref(). */
int manager_connect(sd_bus **ret);

/* Queues a job. METHOD: "StartUnit", "StopUnit"; MODE: "replace", "ignore-dependencies", ... */
int manager_queue_job(sd_bus *bus, const char *method, const char *unit, const char *mode);

int manager_reset_failed(sd_bus *bus, const char *unit);

/* The unit's ActiveState ("active", "failed", ...); caller frees. */
int manager_active_state(sd_bus *bus, const char *unit, char **ret);

/* The type of the job that UNIT has now ("stop", "restart", ...); -ENOENT: none. Caller frees. */
int manager_job_type(sd_bus *bus, const char *unit, char **ret);

/* A property that is a list of unit names (Wants, Before, ...); caller frees each and the array. */
int manager_unit_list(sd_bus *bus, const char *unit, const char *property, char ***ret);

/* The units with a job of type "stop" or "restart", waiting or running. */
int manager_stopping_units(sd_bus *bus, char ***ret);

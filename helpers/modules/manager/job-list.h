/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The jobs that systemd has, waiting or running, whoever queued them. -ENOTCONN without systemd. */

#include "basic/string-list.h"
#include "helpers/modules/manager/manager.h"

/* The type of the job that UNIT has ("stop", "restart", ...); -ENOENT: none. Caller frees. */
int manager_job_type(sd_bus *bus, const char *unit, char **ret);

/* Cancels the job of type "stop" or "restart" that UNIT has; -ENOENT: none. */
int manager_cancel_stop(sd_bus *bus, const char *unit);

/* The units with a job of type "stop" or "restart". */
int manager_stopping_units(sd_bus *bus, char ***ret);

/* The units of fd-shmem, mounts of domains aside, that have a job. */
int manager_busy_units(sd_bus *bus, char ***ret);

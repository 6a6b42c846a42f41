/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Compares fd-shmem-watch.timer with Watch= and Repair=. */

#include <stdbool.h>

#include "conf/keys/model.h"
#include "helpers/modules/manager/manager.h"

enum watch_step {
        WATCH_KEEP, /* it is as declared, or systemd cannot be queried */
        WATCH_START,
        WATCH_STOP,
};

enum watch_step watch_compare(sd_bus *bus, const struct config *config);

/* The word for it: "start", "stop"; NULL: none. */
const char *watch_step_name(enum watch_step step);

/* The command of the watch, which names the domains that it repairs, as loaded by systemd; NULL: it
 * cannot be queried. The caller frees by string_list_free(). */
char **watch_command(sd_bus *bus);

/* Whether it is to repair DOMAIN. */
bool watch_repairs(char *const *command, const char *domain);

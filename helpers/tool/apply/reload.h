/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether what systemd runs by is what the configuration says now. */

#include <stdbool.h>

#include "conf/model.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/tool/tool.h"

/* Whether systemd has read other files than there are; false where it cannot be told. Errors are
 * logged. */
int reload_is_due(const struct tool *tool, sd_bus *bus, const struct config *config, bool *ret);

/* By whom all domains are switched off, "fd_shmem=0 on the kernel command line"; NULL: they are not.
 * Caller frees. Errors are logged. */
int switch_is_off(const struct tool *tool, char **ret);

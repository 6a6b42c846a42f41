/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether systemd has loaded the current configuration, and whether domains may be started at all. */

#include "helpers/modules/manager/manager.h"
#include "helpers/tool/common/tool.h"

/* The change since systemd read the configuration, "PATH has changed"; NULL: none, or unknown.
 * Caller frees. */
char *reload_reason(const struct tool *tool, sd_bus *bus);

/* Why no domain is started here, to follow "switched off: "; NULL: domains are started. Static. */
const char *reload_switched_off(const struct tool *tool);

/* Logs a change, if there is one; that is not an error. */
void reload_tell_switched_off(const struct tool *tool);

/* Logs the reason: -EHOSTDOWN; 0 if domains are started. */
int reload_refuse_switched_off(const struct tool *tool);

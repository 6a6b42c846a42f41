/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether what systemd runs by is what the configuration says now, and whether it may run at all. */

#include "helpers/modules/manager/manager.h"
#include "helpers/tool/common/tool.h"

/* What has changed since systemd read the configuration, "PATH has changed"; NULL: nothing, or it cannot
 * be told. Caller frees. */
char *reload_reason(const struct tool *tool, sd_bus *bus);

/* Why no domain comes up here, as it goes on after "switched off: "; NULL: they do. Static. */
const char *reload_switched_off(const struct tool *tool);

/* Says so, if it is; that is no error. */
void reload_tell_switched_off(const struct tool *tool);

/* Says so: -EHOSTDOWN; 0 if they do. */
int reload_refuse_switched_off(const struct tool *tool);

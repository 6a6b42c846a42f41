/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reports the state of domains after a command changed them. */

#include "helpers/tool/apply/work.h"
#include "helpers/tool/plan/scheme.h"

/* Reports for each domain that should be up, and is, its pages; for each other one the reason; and
 * the remaining differences from the configuration. ONLY as in scheme_make(). Returns the exit
 * status: TOOL_CHANGES if the domains are up, and something differs. */
int aftermath_of_start(struct work *work, const struct config *config, char *const *only);

/* Reports for each of the domains in BEFORE (those in ONLY, or all) that it is down and the pages
 * it released, or why it is not down. Returns the exit status. */
int aftermath_of_stop(struct work *work, const struct live *before, const char *only);

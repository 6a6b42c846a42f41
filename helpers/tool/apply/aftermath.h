/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How domains are, said after something was done to them. */

#include "helpers/tool/apply/work.h"
#include "helpers/tool/plan/scheme.h"

/* Says of each domain that should be up, and is, what it has; of each other one why it is not, and what
 * still differs from the configuration. ONLY as in scheme_make(). Returns the exit status: TOOL_CHANGES
 * if the domains are up, and something differs. */
int aftermath_of_start(struct work *work, const struct config *config, char *const *only);

/* Says of each of the domains in BEFORE (of ONLY, or all) that it is down and what it gave back, or why
 * it is not. Returns the exit status. */
int aftermath_of_stop(struct work *work, const struct live *before, const char *only);

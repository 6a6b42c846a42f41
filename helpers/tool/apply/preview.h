/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What "start", "restart" and "stop" would come to, for --dry-run. */

#include "helpers/tool/apply/work.h"
#include "helpers/tool/plan/scheme.h"

/* Prints the plan of the domains in ONLY (as in scheme_make()). Returns the exit status that the start or
 * restart would have, as far as the plan tells. */
int preview_start(struct work *work, const struct config *config, char *const *only, bool restart);

/* Prints what becomes of each of the domains in BEFORE (of ONLY, or all), and who is in the way. Returns the
 * exit status that the stop would have. */
int preview_stop(struct work *work, const struct live *before, const char *only);

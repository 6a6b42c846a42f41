/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The results of "start", "restart" and "stop", for --dry-run. */

#include "helpers/tool/apply/work.h"
#include "helpers/tool/plan/scheme.h"

/* Prints the plan of the domains in ONLY (as in scheme_make()). Returns the exit status that the
 * start or restart would have, as far as the plan can tell. */
int preview_start(struct work *work, const struct config *config, char *const *only, bool restart);

/* Prints the outcome for each of the domains in BEFORE (those in ONLY, or all), and the processes
 * that block it. Returns the exit status that the stop would have. */
int preview_stop(struct work *work, const struct live *before, const char *only);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The result of a program that works for a domain: in the unit's status line and, if it failed, as the
 * domain's last failure. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/manager/manager.h"

/* From here on, errors are stored. Called once, before any error can occur. */
void outcome_watch(void);

/* R is the result of the program. If it is negative, the errors that were logged are kept as DOMAIN's
 * last failure, and the first of them is the status line. Returns R. */
int outcome_failure(const char *domain, int r);

/* The domain is up, or has been stopped: clears its last failure. */
void outcome_forget(const struct machine *machine, const char *domain);

/* Before a failed start is rolled back, or the check ends: logs why mounts of the domain failed, since no
 * program of ours runs for them, and stores that as its last failure. */
void outcome_explain_mounts(sd_bus *bus, const struct machine *machine, const char *domain);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Units and processes affected if a domain were stopped or remounted: the units that systemd stops
 * or restarts with it, and the processes that are not stopped and hold something of it. */

#include "helpers/modules/manager/manager.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/plan/live.h"

struct impact {
        char **consumers; /* units, sorted; they release it in time */
        char **holders;   /* "/mnt/.fd: pid 812 (user alice, command sh) has region x open", no name
                           * raw; processes of no consumer */
        size_t n_holders;
};

/* Examines the existing domain LIVE. BUS may be NULL: then no unit is stopped. Errors are logged. */
int impact_find(const struct tool *tool, sd_bus *bus, const struct live_domain *live,
                struct impact *ret);

void impact_done(struct impact *impact);

#define _cleanup_impact_ _cleanup_(impact_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whom it would hit if a domain were stopped or mounted anew: the units that systemd stops or restarts
 * with it, and the processes that nobody stops and that hold something of it. */

#include "helpers/modules/manager/manager.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/plan/live.h"

struct impact {
        char **consumers; /* units, sorted; they let go in time */
        char **holders;   /* "/mnt/.fd: pid 812 (user alice, command sh) has region x open", no name
                           * raw; processes of no consumer */
        size_t n_holders;
};

/* Looks at what is there of LIVE. BUS may be NULL: nobody is stopped then. Errors are logged. */
int impact_find(const struct tool *tool, sd_bus *bus, const struct live_domain *live,
                struct impact *ret);

void impact_done(struct impact *impact);

#define _cleanup_impact_ _cleanup_(impact_done)

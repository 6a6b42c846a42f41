/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether programs can use a domain: its units are active, its mounts are there, its pages are held. */

#include "helpers/modules/manager/manager.h"
#include "helpers/tool/common/tool.h"

enum readiness {
        READINESS_UP,
        READINESS_STARTING,
        READINESS_STOPPING,
        READINESS_DAMAGED,  /* up, but no longer as it was set up */
        READINESS_INACTIVE, /* up, but its target is not active in systemd */
        READINESS_LEFTOVER, /* its teardown is not finished */
        READINESS_FAILED,   /* down since its start or stop failed */
        READINESS_UNMET,    /* not started: a condition is not met */
        READINESS_DOWN,     /* declared */
        READINESS_UNKNOWN,  /* neither declared nor up */
        N_READINESS,
};

/* "up", "starting", ... */
const char *readiness_name(enum readiness readiness);

/* Looks at DOMAIN. BUS may be NULL (no systemd, or no right to ask it): the ledger alone decides
 * then. Anything inaccessible counts as in order. Negative errno, logged. */
int readiness_look(const struct tool *tool, sd_bus *bus, const char *domain, enum readiness *ret);

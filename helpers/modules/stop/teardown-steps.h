/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Takes a domain down, step by step. The table of steps in teardown-steps.c is the order of a stop. */

#include "helpers/modules/holders/blockers.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/stop/lost-record.h"
#include "helpers/modules/stop/unmount.h"

struct teardown {
        const char *name; /* of the domain */
        struct machine machine;
        sd_bus *bus;  /* NULL: not run by systemd */
        bool restart; /* the first half of a restart: pages are kept, and so are mounts in use */
        struct lost_record lost;

        /* Determined by the steps, anew in each attempt. */
        struct ledger_domain domain; /* path is NULL if the ledger does not have it */
        struct blockers blockers;
        struct unmounted ends; /* what was unmounted */
        int lock;              /* of the domain */
        bool kept;             /* something in use is kept through a restart */
        int refused;           /* why the base directory is left unchanged; 0: it is not */
};

/* One attempt, from the first step. -EBUSY: the domain is in use, BLOCKERS names the holders. Every error
 * was logged, with the step that failed. Can be repeated. */
int teardown_attempt(struct teardown *t);

/* Releases everything in T. */
void teardown_done(struct teardown *t);

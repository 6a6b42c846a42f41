/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ledger's locks: files that flock(2) is for. The holder of one has written its identity into it. The
 * wait for one is bounded, however the holder behaves: one that was stopped, or hangs on somebody's file
 * server, shall not hold up a stop for ever. */

#include <stdbool.h>

#include "helpers/modules/kernel/machine.h"

/* Called once a second. HOLDER is like "pid 123 (reset), stopped". PROGRESS: it has used its processor
 * since the last time, and the patience begins anew; without, nobody should ask for more time. A negative
 * return ends the wait with that errno. */
struct ledger_wait {
        const char *holder;
        bool progress;
        unsigned seconds; /* waited so far */
};
typedef int (*ledger_waiting_t)(const struct ledger_wait *wait, void *userdata);

/* Takes the exclusive lock NAME ("huge", "gigantic", "settings"); released by closing the returned
 * descriptor, or by dying. WAITING may be NULL. -ETIMEDOUT (logged, with the holder's name): it has not
 * moved for as long as patience lasts, a minute. */
int ledger_lock(const struct machine *machine, const char *name, ledger_waiting_t waiting,
                void *userdata);

/* The lock of the domain DOMAIN: its directories and mounts are changed by its holder alone. */
int ledger_lock_domain(const struct machine *machine, const char *domain, ledger_waiting_t waiting,
                       void *userdata);

/* Removes the file of the lock of DOMAIN, which the caller holds, unless the ledger has something else of
 * it: for one that nobody has declared, and that may never come again. Whoever waits for the lock finds
 * out, and takes a new one. */
void ledger_discard_lock_domain(const struct machine *machine, const char *domain);

void ledger_set_patience(unsigned seconds);

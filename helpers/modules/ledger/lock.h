/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ledger's locks: files locked with flock(2), into which the holder writes its identity. The wait for
 * a lock is bounded: a holder that was stopped, or hangs on a file server, must not delay a stop forever. */

#include <stdbool.h>

#include "helpers/modules/kernel/machine.h"

/* Called once a second. HOLDER is like "pid 123 (reset), stopped". PROGRESS: it has used processor time
 * since the last call, and the timeout starts again; otherwise, the caller should not request more time.
 * A negative return ends the wait with that errno. */
struct ledger_wait {
        const char *holder;
        bool progress;
        unsigned seconds; /* waited so far */
};
typedef int (*ledger_waiting_t)(const struct ledger_wait *wait, void *userdata);

/* Takes the exclusive lock NAME ("huge", "gigantic", "settings"); released by closing the returned
 * descriptor, or by dying. WAITING may be NULL. -ETIMEDOUT (logged, with the holder's name): the holder
 * has made no progress for a minute. */
int ledger_lock(const struct machine *machine, const char *name, ledger_waiting_t waiting,
                void *userdata);

/* The lock of the domain DOMAIN: only its holder changes the domain's directories and mounts. */
int ledger_lock_domain(const struct machine *machine, const char *domain, ledger_waiting_t waiting,
                       void *userdata);

/* Removes the file of the lock of DOMAIN, which the caller holds, unless the ledger has other records of
 * the domain: for a domain that is not declared, and may never be started again. A process that waits for
 * the lock notices, and takes a new one. */
void ledger_discard_lock_domain(const struct machine *machine, const char *domain);

void ledger_set_patience(unsigned seconds);

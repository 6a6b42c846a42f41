/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all domains together hold in the pools of one type, and what is others' there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helpers/modules/holdings/lines.h"
#include "helpers/modules/kernel/machine.h"

/* Reads the records of TYPE and brings them up to date with the pools, without writing anything: what is
 * pending is reconciled, and what somebody else has changed since the last look is entered (account.h).
 * Where pages are gone, ACTING (a domain, or NULL) loses them first: it can ask for them again, or
 * does not need them any more. A node that is gone has given back everything. Failures are logged. */
int holdings_read(const struct machine *machine, enum page_type type, const char *acting,
                  struct holdings *ret);

/* The same, and the ledger has it. The caller holds the lock of TYPE, so whoever left something pending
 * is dead. Kernel settings that a dead one left changed are put back. */
int holdings_load(const struct machine *machine, enum page_type type, const char *acting,
                  struct holdings *ret);

/* Enters that the pool of NODE has PERSISTENT pages now, and stores what that changes in the records of
 * the other domains and the baseline. OWN is the record of the domain that acts, which has nothing
 * pending on the node: it is changed, and stored by the caller. *RET_LOST, which may be NULL: how many
 * pages it lost. Losses are logged. */
int holdings_look(const struct machine *machine, struct holdings *holdings,
                  struct ledger_reservation *own, unsigned node, uint64_t persistent,
                  uint64_t *ret_lost);

void holdings_done(struct holdings *holdings);

#define _cleanup_holdings_ _cleanup_(holdings_done)

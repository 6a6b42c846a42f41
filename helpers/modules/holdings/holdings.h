/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pages that all domains together hold in the pools of one size, and those of others. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helpers/modules/holdings/lines.h"
#include "helpers/modules/kernel/machine.h"

/* Reads the records of SIZE and brings them up to date with the pools, without writing anything: pending
 * writes are reconciled, and changes by others since the last read are entered (account.h). If pages are
 * missing, ACTING (a domain, or NULL) loses them first: it can ask for them again, or no longer needs
 * them. The pages of a node that no longer exists count as released. Failures are logged. */
int holdings_read(const struct machine *machine, struct page_size size, const char *acting,
                  struct holdings *ret);

/* The same, and stores the result in the ledger. The caller holds the lock of SIZE, so a process that
 * left a write pending is dead. Kernel settings that such a process left changed are put back. */
int holdings_load(const struct machine *machine, struct page_size size, const char *acting,
                  struct holdings *ret);

/* Enters that the pool of NODE now has PERSISTENT pages, and stores the changed records of other domains
 * and the baseline. OWN is the record of the acting domain, which has no write pending on the node: it is
 * changed here, and stored by the caller. *RET_LOST, which may be NULL: how many pages it lost. Losses
 * are logged. */
int holdings_look(const struct machine *machine, struct holdings *holdings,
                  struct ledger_reservation *own, unsigned node, uint64_t persistent,
                  uint64_t *ret_lost);

void holdings_done(struct holdings *holdings);

#define _cleanup_holdings_ _cleanup_(holdings_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all domains together hold in the pools of one type, and what is others' there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"

/* The ledger's records of one type. */
struct holdings {
        enum page_type type;
        struct ledger_reservation *reservations; /* by name */
        size_t n;
        struct ledger_baseline baseline;
        bool *changed; /* one for each reservation: not as in the ledger */
        bool baseline_changed;
};

/* The node's line of a record; NULL: it has none. */
struct ledger_node *holdings_node(const struct ledger_reservation *reservation, unsigned node);

/* The same, with a new line (zeros) made in its place if there is none. NULL: out of memory. Pointers
 * to other lines do not survive. */
struct ledger_node *holdings_make_node(struct ledger_reservation *reservation, unsigned node);

/* Pages that the line accounts for, and those of them that are the domain's; 0 for NULL. */
static inline uint64_t holdings_accounted(const struct ledger_node *node)
{
        return node ? node->adopted + node->added : 0;
}

static inline uint64_t holdings_held(const struct ledger_node *node)
{
        return node ? holdings_accounted(node) - node->converted : 0;
}

/* Takes PAGES off the added ones of a line. */
void holdings_take_added(struct ledger_node *node, uint64_t pages);

/* Pages on NODE accounted for by all the RESERVATIONS but that of the domain EXCEPT (NULL: of nobody). */
uint64_t holdings_sum(const struct ledger_reservation *reservations, size_t n, unsigned node,
                      const char *except);

/* Pages of a pool that can be counted as a domain's own: persistent ones that are not ACCOUNTED for, as
 * far as they are free beside the OWN ones that it has. */
uint64_t holdings_adoptable(const struct pool_counts *counts, uint64_t accounted, uint64_t own);

/* Enters what the write that is pending came to; the pool has PERSISTENT pages after it. */
void ledger_node_reconcile(struct ledger_node *node, uint64_t persistent);

/* Reads the records of TYPE and brings them up to date with the pools, without writing anything: what is
 * pending is settled, and what somebody else has changed since the last look is entered (account.h).
 * Where pages are gone, ACTING (a domain, or NULL) bears the loss first: it can ask for them again, or
 * does not need them any more. A node that is gone has given back everything. Failures are logged. */
int holdings_read(const struct machine *machine, enum page_type type, const char *acting,
                  struct holdings *ret);

/* The same, and the ledger has it. The caller holds the lock of TYPE, so whoever left something pending
 * is dead. Kernel settings that a dead one left changed are put back. */
int holdings_load(const struct machine *machine, enum page_type type, const char *acting,
                  struct holdings *ret);

/* The record of DOMAIN, or NULL. */
struct ledger_reservation *holdings_of(const struct holdings *holdings, const char *domain);

/* Enters that the pool of NODE has PERSISTENT pages now, and stores what that changes in the records of
 * the other domains and the baseline. OWN is the record of the domain that acts, which has nothing
 * pending on the node: it is changed, and stored by the caller. Returns how many pages it lost. */
int holdings_look(const struct machine *machine, struct holdings *holdings,
                  struct ledger_reservation *own, unsigned node, uint64_t persistent,
                  uint64_t *ret_lost);

void holdings_done(struct holdings *holdings);

#define _cleanup_holdings_ _cleanup_(holdings_done)

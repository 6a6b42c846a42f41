/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all domains together hold in the pools of one type, and how much of a pool is nobody's. */

#include <stddef.h>
#include <stdint.h>

#include "basic/pagetype.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/machine.h"
#include "helpers/modules/pools/pool.h"

/* The node's line of a record; NULL: it has none. */
struct ledger_node *claims_node(const struct ledger_reservation *reservation, unsigned node);

/* The same, with a new line (zeros) made in its place if there is none. NULL: out of memory. Pointers
 * to other lines do not survive. */
struct ledger_node *claims_make_node(struct ledger_reservation *reservation, unsigned node);

/* Pages that the line accounts for; 0 for NULL. */
static inline uint64_t claims_held(const struct ledger_node *node)
{
        return node ? node->adopted + node->added : 0;
}

/* Pages on NODE held by all the RESERVATIONS but that of the domain EXCEPT (NULL: of nobody). */
uint64_t claims_sum(const struct ledger_reservation *reservations, size_t n, unsigned node,
                    const char *except);

/* Pages of a pool that can be counted as a domain's own: persistent ones that none of the HELD pages
 * is, as far as they are free. */
uint64_t claims_adoptable(const struct pool_counts *counts, uint64_t held);

/* Brings the line of a writer that died up to date with the pool, which has PERSISTENT pages now:
 * what it gained or gave back is entered, and nothing is pending any more. */
void claims_settle_node(struct ledger_node *node, uint64_t persistent);

/* Takes out of the line what the pool cannot hold any more, because somebody made it smaller than
 * what is held: first pages that were added, so that nobody else's are given back for them. OTHERS is
 * what the other domains hold. Returns the number of pages lost. */
uint64_t claims_trim_node(struct ledger_node *node, uint64_t persistent, uint64_t others);

/* Settles all records of TYPE in the ledger and returns them. The caller holds the lock of TYPE, so
 * whoever left something pending is dead. A node that is gone has given back everything. Kernel
 * settings that a dead one left changed are put back. Failures are logged. The caller frees with
 * ledger_reservations_free(). */
int claims_load(const struct machine *machine, enum page_type type, struct ledger_reservation **ret,
                size_t *ret_n);

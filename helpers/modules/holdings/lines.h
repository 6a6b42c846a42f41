/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ledger's records of one pool in memory, and the arithmetic of their lines. Pure functions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"

/* The ledger's records of one pool. */
struct holdings {
        struct page_size size;
        struct ledger_reservation *reservations; /* by name */
        size_t n;
        struct ledger_baseline baseline;
        bool *changed; /* one for each reservation: not as in the ledger */
        bool baseline_changed;
};

/* The node's line of a record; NULL: it has none. */
struct ledger_node *holdings_node(const struct ledger_reservation *reservation, unsigned node);

/* The same, but adds a new line (zeros) if there is none. NULL: out of memory. Pointers to other lines do
 * not survive. */
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

/* Pages that the record holds on all nodes. */
uint64_t holdings_total(const struct ledger_reservation *reservation);

/* Adds PAGES to the added ones of a line: those that were surplus before the growing write became
 * persistent first (mm/hugetlb.c: set_max_huge_pages). */
void holdings_add(struct ledger_node *node, uint64_t pages);

/* Takes PAGES off the added ones of a line. */
void holdings_take_added(struct ledger_node *node, uint64_t pages);

/* Pages on NODE accounted for by all the RESERVATIONS but that of the domain EXCEPT (NULL: of nobody). */
uint64_t holdings_sum(const struct ledger_reservation *reservations, size_t n, unsigned node,
                      const char *except);

/* Pages of a pool that can be counted as a domain's own: persistent ones that are not ACCOUNTED for, as
 * far as they are free beside the OWN ones that it has. */
uint64_t holdings_adoptable(const struct pool_counts *counts, uint64_t accounted, uint64_t own);

/* No write is pending any more. */
void holdings_reconciled(struct ledger_node *node);

/* Enters the result of the pending write; the pool has PERSISTENT pages after it. */
void holdings_reconcile(struct ledger_node *node, uint64_t persistent);

/* The record of DOMAIN, or NULL. */
struct ledger_reservation *holdings_of(const struct holdings *holdings, const char *domain);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The account of one node's pool while it is changed for a domain: changes by others are entered before a
 * write, the write is announced in the ledger, and its result is entered afterwards. A process that dies
 * at any moment leaves an account that the next one can reconcile. All functions store the record, and
 * log why they fail. */

#include <stdint.h>

#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"

struct node_account {
        const struct machine *machine;
        struct holdings *holdings;
        struct ledger_reservation *record; /* of the domain; has a line for NODE */
        unsigned node;
        uint64_t goal; /* pages that the domain is to hold there */
        unsigned losses;
};

/* Enters that the pool has PERSISTENT pages now, which others may have changed. -EBUSY: they repeatedly
 * take pages out. The record is not stored yet. */
int node_account_look(struct node_account *account, uint64_t persistent);

/* Pages that the domain does not hold yet. */
uint64_t node_account_missing(const struct node_account *account);

/* The pool is as COUNTS say, and the write that follows asks for TARGET persistent pages. */
int node_account_announce(const struct node_account *account, const struct pool_counts *counts,
                          uint64_t target);

/* The pool has PERSISTENT pages after the write. */
int node_account_enter(const struct node_account *account, uint64_t persistent);

/* No more writes: enters the result of the last one, if it failed before the result was known. */
int node_account_close(const struct node_account *account);

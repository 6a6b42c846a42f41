/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Numbers for the pools of a machine, of which each size has one per node: those of the default sizes have the
 * number of their type, those of other sizes come after them. Initially zero: there are no others. */

#include "basic/words/page-size.h"

/* Enough for all powers of two. */
#define POOL_SLOTS_MAX (N_PAGE_TYPES + 64)

struct pool_slots {
        struct page_size more[64];
        unsigned n_more;
};

/* One more than the highest number. */
static inline unsigned pool_slots_end(const struct pool_slots *slots)
{
        return N_PAGE_TYPES + slots->n_more;
}

/* The size of the pool with number SLOT. */
static inline struct page_size pool_slot_size(const struct pool_slots *slots, unsigned slot)
{
        return slot < N_PAGE_TYPES ? page_size_default(slot) : slots->more[slot - N_PAGE_TYPES];
}

/* The number of the pool of SIZE; pool_slots_end(): it has none. */
unsigned pool_slot_find(const struct pool_slots *slots, struct page_size size);

/* The same, and gives it one. */
unsigned pool_slot_add(struct pool_slots *slots, struct page_size size);

/* Adds the sizes of all reservations in the ledger. Failures are logged. */
int pool_slots_load(int state, struct pool_slots *slots);

/* All numbers, the largest size first; returns how many there are. */
unsigned pool_slots_order(const struct pool_slots *slots, unsigned ret[POOL_SLOTS_MAX]);

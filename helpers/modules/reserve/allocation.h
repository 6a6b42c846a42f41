/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The changes of a reservation to each node, decided before anything is changed. All numbers are pages. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/words/page-request.h"
#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"

struct allocation_node {
        struct ledger_node line; /* pages that the domain holds now, and that it asks for */
        uint64_t others;         /* held by other domains */
        uint64_t unclaimed; /* of those, by domains that are not mounted; filled in when needed */
        struct pool_counts counts;
        uint64_t lost;      /* held according to the ledger, but not in the pool any more */
        uint64_t adopt;     /* of the pages that are there, to be counted as the domain's */
        uint64_t add;       /* to be allocated by the kernel */
        uint64_t convert;   /* others' surplus pages, which become persistent when we add any */
        uint64_t give_back; /* added earlier and no longer requested */
        uint64_t disown; /* pages found there that are left to others again */
        uint64_t headroom;  /* bytes that stay; known once it was checked */
        uint64_t withheld;  /* asked for, and left for the headroom */
        uint64_t spare;     /* pages that would fit beside what is to be added */
        bool done;
};

struct allocation {
        struct page_size size;
        struct allocation_node *nodes; /* ascending */
        size_t n_nodes;
        const char *domain; /* these as allocation_account() got them */
        const struct ledger_reservation *reservations;
        size_t n_reservations;
};

/* The nodes that REQUEST names or means on this machine, with the pages asked for on each. A node
 * that does not exist or has no memory, and a page size that the machine does not have, are errors
 * (logged). */
int allocation_resolve(const struct machine *machine, struct page_size size,
                       const struct page_request *request, struct allocation *ret);

/* A node that has memory. */
struct allocation_place {
        unsigned node;
        uint64_t total; /* bytes */
};

/* The nodes of this machine that have memory, ascending. Caller frees. Errors are logged. */
int allocation_places(const struct machine *machine, struct allocation_place **ret, size_t *ret_n);

/* Like allocation_resolve(), on a machine of which only the places (at least one) are known. Pure, except
 * for the log. */
int allocation_resolve_on(const struct allocation_place *places, size_t n, struct page_size size,
                          const struct page_request *request, struct allocation *ret);

/* Adds the ledger's records: that of the domain itself (OWN, may be NULL), all of whose nodes are then in
 * the allocation, and those of all domains, which the allocation refers to from then on. Reads the pools. */
int allocation_account(const struct machine *machine, struct allocation *allocation,
                       const char *domain, const struct ledger_reservation *own,
                       const struct ledger_reservation *reservations, size_t n_reservations);

/* Pages of other domains that are not mounted yet: the kernel shows them as free and promised to nobody.
 * Sets each node's number, and returns the sum over all nodes of the machine. If there is nothing to
 * adopt anyway, it is 0, and no domain is examined. */
uint64_t allocation_count_unclaimed(const struct machine *machine, struct allocation *allocation,
                                    const struct ledger_reservation *reservations,
                                    size_t n_reservations);

/* The number of pages that the domain can adopt: free on the whole machine, not promised, and not yet a
 * domain's. */
int allocation_adoption_budget(const struct machine *machine, struct allocation *allocation,
                               uint64_t *ret);

/* Decides each node's numbers. With ADOPT, existing pages that belong to no domain count; at most as many
 * as are free on the whole machine beyond those promised to mappings and mounts. */
int allocation_decide(const struct machine *machine, struct allocation *allocation, bool adopt);

/* The same for one node, pure. At most *BUDGET pages are adopted, and taken off it. */
void allocation_decide_node(struct allocation_node *node, uint64_t *budget);

/* Refuses (-ENOSPC, logged with all numbers) an allocation that would use a node's headroom (NULL: the
 * default); with TAKE_LESS, reduces it to fit and warns. */
int allocation_check_headroom(const struct machine *machine, struct allocation *allocation,
                              const struct amount *headroom, bool take_less);

/* The next node on which to add pages, the tightest first: a shortage is detected before much was done.
 * The node counts as done from then on. NULL: there is none. */
struct allocation_node *allocation_next(struct allocation *allocation);

void allocation_done(struct allocation *allocation);

#define _cleanup_allocation_ _cleanup_(allocation_done)

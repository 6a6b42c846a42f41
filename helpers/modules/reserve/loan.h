/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A loan of smaller pages to gigantic ones: huge pages in a range keep the kernel from making a gigantic
 * page of it (mm/page_alloc.c: pfn_range_valid_contig). Those of a node that fd-shmem itself holds, free
 * and promised to nobody, are released temporarily and allocated again afterwards. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/lock.h"

struct loan {
        const struct machine *machine;
        unsigned node;
        struct page_size size; /* of the pages lent */
        struct pool_path path;
        uint64_t before; /* persistent pages */
        uint64_t pages;  /* of those, lent */
        uint64_t missing;
        bool lent;
        int lock; /* of their pool */
};

#define LOAN_NULL ((struct loan){ .lock = -1 })

/* Takes the lock of the pages of SIZE, which is smaller, and releases those of NODE that can be lent. 1: *RET is a loan, to be
 * ended by loan_return() and loan_done(). 0: there is nothing to lend. A process that dies in between
 * leaves the old number in the ledger, and the next one restores it. Failures are logged, unless they
 * came from WAITING. */
int loan_take(const struct machine *machine, unsigned node, struct page_size size,
              ledger_waiting_t waiting, void *userdata, struct loan *ret);

/* Allocates the pages again that were lent; *RET_MISSING is how many of them there is no room for. May be
 * called again once there is more. Failures are logged. */
int loan_return(struct loan *loan, uint64_t *ret_missing);

/* Warns of pages that are still missing, and ends the loan. */
void loan_done(struct loan *loan);

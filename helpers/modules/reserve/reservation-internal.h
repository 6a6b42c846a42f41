/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/modules/grow/parallel.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/request.h"

/* A reservation while it is made. RECORD has a line for each node of the allocation. */
struct reservation {
        const struct machine *machine;
        const struct reservation_request *request;
        struct holdings holdings;             /* of this domain as it was before */
        const struct ledger_reservation *own; /* in HOLDINGS, or NULL */
        struct allocation allocation;
        struct ledger_reservation record;
        struct ledger_reservation kept; /* pages added earlier that are kept */
        struct parallel parallel;
};

/* On a shortage. */
static inline bool reservation_takes_less(const struct reservation_request *request)
{
        return request->policy.shortage == SHORTAGE_CONTINUE;
}

/* Adds the pages that are allotted to NODE, or as many as there are. The pages allocated are entered even
 * after a failure. */
int reservation_add(struct reservation *m, struct allocation_node *node);

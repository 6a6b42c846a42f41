/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A rung for gigantic pages alone: huge pages in a range keep the kernel from making one of it
 * (mm/page_alloc.c: pfn_range_valid_contig). Those that fd-shmem itself holds, free and promised to
 * nobody, are given back for the moment and taken again afterwards. */

#include "helpers/modules/grow/escalate-write.h"
#include "helpers/modules/grow/growth.h"

/* Gives back, writes, and takes again, with the lock of the huge pages held. If there is no room left
 * for what was lent, gigantic pages that this brought are given up again. A process that dies in
 * between leaves the old number in the ledger, and the next one restores it. Returns 0, or what
 * growth_check() says; failures are logged. */
int loan_take(struct growth *growth, struct escalate_work *work);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reserves the pages of one type for one domain, on all its nodes: either all of them, or none. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/request.h"

/* Reserves the pages of REQUEST and enters them in the ledger; continues from the ledger's record of an
 * earlier, perhaps interrupted run, so that a second run with the same request changes nothing. The
 * caller holds the lock of the type. Everything is logged, per node.
 *
 * 0: every page is there, read back, or (SHORTAGE_CONTINUE) fewer, with a warning. -ENOSPC: a shortage,
 * or refused because of the headroom; -ECANCELED and others from the watch: given up. On failure, the
 * pages added by this run are released, and the ledger is as before. */
int reservation_make(const struct machine *machine, const struct reservation_request *request);

/* Decides as reservation_make() would now, with the same errors, but changes nothing; no lock is needed.
 * The allocation comes without the records of others. Whether the kernel finds the pages is not known. */
int reservation_preview(const struct machine *machine, const struct reservation_request *request,
                        struct allocation *ret);

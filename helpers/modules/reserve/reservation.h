/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reserving the pages of one type for one domain, on all its nodes: all of them, or as they were. */

#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/request.h"

/* Reserves what REQUEST asks for and enters it in the ledger; goes on from what the ledger has of an
 * earlier, perhaps interrupted run, so that a second run with the same request changes nothing. The
 * caller holds the lock of the type. Everything is logged, per node.
 *
 * 0: every page is there, read back, or (SHORTAGE_CONTINUE) fewer, with a warning. -ENOSPC: a shortage, or it
 * was refused for the headroom; -ECANCELED and others from the watch: given up. On failure what
 * this run added went back, and the ledger says what it said before. */
int reservation_make(const struct machine *machine, const struct reservation_request *request);

/* Decides as reservation_make() would now, with the same errors, and touches nothing; no lock is needed. The
 * allocation comes without the records of others. Whether the kernel finds the pages is not known. */
int reservation_preview(const struct machine *machine, const struct reservation_request *request,
                        struct allocation *ret);

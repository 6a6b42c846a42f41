/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Releases pages to the kernel: exactly those that we added according to the ledger, never more, whatever
 * happened to the pool in between. */

#include "basic/words/page-size.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"

/* Releases the pages that were added for RESERVATION beyond those of KEPT, node by node (NULL: all), and
 * keeps the ledger correct at every step. HOLDINGS are the records of all domains in that pool. Pages
 * that others hold or have changed stay unchanged (account.h), and no pool is ever enlarged. The caller
 * holds the lock of the pool. Failures are logged. RESERVATION may get new lines: pointers into it do not
 * survive. */
int release_excess(const struct machine *machine, struct ledger_reservation *reservation,
                   const struct ledger_reservation *kept, struct holdings *holdings);

/* Releases PAGES of those that were added on NODE for RESERVATION, in the same way. Pointers to the line
 * of NODE stay valid. */
int release_pages(const struct machine *machine, struct ledger_reservation *reservation,
                  struct holdings *holdings, unsigned node, uint64_t pages);

/* Releases all pages of TYPE that were added for DOMAIN and removes its record. The caller holds the lock
 * of the record's pool (ledger_reservation_size()). Each node's persistent number is lowered by the pages that we added, and nothing else is
 * changed: pages in use stay with their users as surplus, which is logged as a warning and is not a
 * failure; they are returned to the kernel when freed. So are those still claimed by a file system just
 * unmounted, when it is destroyed, some milliseconds later; only these are waited for, briefly.
 *
 * Logs the pages released per node, and every failure. 0: nothing of the domain is left (no record is
 * fine). Safe to be killed at any moment. */
int release_reservation(const struct machine *machine, const char *domain, enum page_type type);

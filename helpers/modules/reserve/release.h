/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Giving pages back to the kernel: exactly what the ledger says that we added, never more, whatever
 * happened to the pool in between. */

#include "basic/page-type.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"

/* Gives back the pages that were added for RESERVATION beyond those of KEPT, node by node (NULL: all),
 * and keeps the ledger true at every step. HOLDINGS are the records of all domains of that type. What
 * others hold or have changed stays as it is (account.h), and no pool is ever made larger than it is.
 * The caller holds the lock of the type. Failures are logged. RESERVATION may get new lines: pointers
 * into it do not survive. */
int release_excess(const struct machine *machine, struct ledger_reservation *reservation,
                   const struct ledger_reservation *kept, struct holdings *holdings);

/* Gives back PAGES of those that were added on NODE for RESERVATION, in the same way. The line of NODE
 * stays where it is. */
int release_pages(const struct machine *machine, struct ledger_reservation *reservation,
                  struct holdings *holdings, unsigned node, uint64_t pages);

/* Gives back all pages of TYPE that were added for DOMAIN and removes its record. The caller holds
 * the lock of TYPE. Each node's persistent number is lowered by what we added, and that is all: pages
 * that are in use then stay with their users as surplus, which is warned about and is no failure; they
 * go back to the kernel when they are let go. So do those that a file system just unmounted still
 * claims, when it dies, some milliseconds later; these alone are waited for, for a moment.
 *
 * Logs what came back per node, and every failure. 0: nothing of the domain is left (no record is
 * fine). Safe to be killed at any moment. */
int release_reservation(const struct machine *machine, const char *domain, enum page_type type);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Giving pages back to the kernel: exactly what the ledger says that we added, never more, whatever
 * happened to the pool in between. */

#include "basic/pagetype.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/machine.h"

/* Gives back the pages that were added for RESERVATION beyond those of KEPT, node by node (NULL: all),
 * and keeps the ledger true at every step. CLAIMS are the records of all domains of that type. Never
 * takes a pool below what the other domains hold and what the record still accounts for then: pages
 * that somebody else took out of the pool are gone and not taken twice. The caller holds the lock of
 * the type. -EBUSY: a pool did not come down; RESERVATION says what remains. Failures are logged.
 * RESERVATION may get new lines: pointers into it do not survive. */
int release_excess(const struct machine *machine, struct ledger_reservation *reservation,
                   const struct ledger_reservation *kept, const struct ledger_reservation *claims,
                   size_t n_claims);

/* Gives back all pages of TYPE that were added for DOMAIN and removes its record. The caller holds
 * the lock of TYPE. Each node's persistent number is lowered by what we added, read back and, for
 * about a second, waited for: a file system just unmounted may hold its claim a little longer. Pages
 * that others still use stay with them as surplus, which is warned about and is no failure.
 *
 * Logs what came back per node, and every failure. Returns 0 when nothing of the domain is left (no
 * record is fine), -EBUSY when the pool did not come down on some node: the record then says what
 * remains, and a later call goes on from there. Safe to be killed at any moment. */
int release_reservation(const struct machine *machine, const char *domain, enum page_type type);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Finds differences from the state in which domains were handed over. The ledger's records of a domain
 * are compared with the pools, our mount table, and the directories; no process is examined. A domain
 * that is being started, or whose teardown is under way or unfinished, is not compared.
 *
 * If the kernel's numbers do not tell whether something differs, nothing is reported: see struct
 * drift_claims for the one such case. */

#include "helpers/modules/drift/drift-list.h"
#include "helpers/modules/kernel/machine.h"

/* Compares the domain ONLY, or all (NULL). Differences that disappear after a moment are due to changes
 * in progress, and are left out. MACHINE's state may be negative: there is no ledger, nothing can differ.
 * Objects that may not be read count as unchanged. Errors are logged. */
int drift_find(const struct machine *machine, const char *only, struct drift_list *ret);

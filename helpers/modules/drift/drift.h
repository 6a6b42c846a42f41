/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is no longer as it was made. The ledger's records of a domain are compared with the pools, our
 * mount table, and the directories; no process is looked at. A domain that is being started, or whose
 * teardown is under way or unfinished, is not compared.
 *
 * Where the kernel's numbers leave it open whether something differs, nothing is said: see struct
 * drift_claims for the one such case. */

#include "helpers/modules/drift/drift-list.h"
#include "helpers/modules/kernel/machine.h"

/* Compares the domain ONLY, or all (NULL). What differs but a moment later no longer does was somebody
 * at work, and is left out. MACHINE's state may be negative: there is no ledger, nothing can differ.
 * What may not be looked at counts as unchanged. Errors are logged. */
int drift_find(const struct machine *machine, const char *only, struct drift_list *ret);

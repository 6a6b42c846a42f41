/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Hands a domain to its owner. Until the owner has the base directory, only root can reach the mounts;
 * the owner gets it only after every mount has been checked. */

#include <stdbool.h>
#include <sys/types.h>

#include "basic/words/page-type.h"
#include "helpers/modules/base/owner.h"
#include "helpers/modules/ledger/ledger.h"

/* Opens the root of the mount of TYPE in the base directory BASE (at PATH, for messages), having checked
 * that it is a mount of that type: the bare mount point must never be given to the owner, or clients
 * would create "huge" regions on the root file system. Returns the descriptor; errors are logged
 * (-ENODEV: nothing is mounted there). */
int handover_open_mount(int base, const char *path, enum page_type type, struct page_size size);

/* Closes the base directory of RECORD to others, if it is the recorded one, then gives the roots of
 * MOUNTS and finally the base itself to OWNER with MODE. Errors are logged. */
int handover_run(const struct ledger_domain *record, const bool mounts[N_PAGE_TYPES],
                 const struct owner *owner, mode_t mode);

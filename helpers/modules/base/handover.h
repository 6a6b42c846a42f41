/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Handing a domain to its owner. Until the owner has the base directory, nobody but root gets to the
 * mounts; and the owner gets it only when every mount is seen to be there. */

#include <stdbool.h>
#include <sys/types.h>

#include "basic/page-type.h"
#include "helpers/modules/base/owner.h"
#include "helpers/modules/ledger/ledger.h"

/* Opens the root of the mount of TYPE in the base directory BASE (at PATH, for messages), having
 * checked that it is a mount of that type: the bare mount point must never become the owner's, or a
 * client makes "huge" regions on the root file system. Returns the descriptor; errors are logged
 * (-ENODEV: nothing is mounted there). */
int handover_open_mount(int base, const char *path, enum page_type type);

/* Closes the base directory of RECORD to others, if it is the one recorded, then gives the roots of
 * MOUNTS, and last the base itself, to OWNER with MODE. Errors are logged. */
int handover_run(const struct ledger_domain *record, const bool mounts[N_PAGE_TYPES],
                 const struct owner *owner, mode_t mode);

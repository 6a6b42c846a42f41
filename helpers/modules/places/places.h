/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories at which a domain's mounts are shown once more (HugePath= and its like). systemd mounts
 * there; we make the directory, closed to all but root, and remove it if we made it. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/mounts/mount-table.h"

/* Enters WANTED, canonical paths (NULL: none), in RECORD; a directory of RECORD that is not wanted any more is
 * removed, as places_remove() does. -ENOENT: there is no directory above it. -EBUSY, -ENOTEMPTY, -ENOTDIR:
 * something is there already. Logged. */
int places_settle(struct ledger_domain *record, const char *const wanted[N_PAGE_TYPES],
                  const struct mount_table *table);

/* Makes those of RECORD, which is in the ledger, that are missing, and makes sure that they are root's alone; not
 * where the mount is still there. Failures are logged. */
int places_make(const struct ledger_domain *record, const struct mount_table *table);

/* Removes those that were made, on which nothing is mounted any more. One that is missing is fine, one that is
 * not empty is left, with a warning. -EBUSY: something is mounted there. Failures are logged. */
int places_remove(const struct ledger_domain *record);

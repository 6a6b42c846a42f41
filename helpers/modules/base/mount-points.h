/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount points of a domain in its closed base directory BASE, after its mounts are gone. Errors are not
 * logged. */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Removes the mount point of TYPE. None is fine. -EBUSY: something is mounted on it, or below it. */
int mount_points_remove_one(int base, const struct ledger_domain *domain, enum page_type type);

/* The same with all mount points of the domain; after an error, with the others. */
int mount_points_remove(int base, const struct ledger_domain *domain);

/* Removes the mount points that the owner has renamed in the base directory. -EBUSY as above. */
int mount_points_remove_moved(int base, const struct ledger_domain *domain);

/* Whether somebody else has mounted something, as declared, where the domain itself mounts nothing. */
bool mount_points_is_foreign(int base, const struct ledger_domain *domain, enum page_type type);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Emptying a domain: its regions go, its mounts and pages stay. */

#include <stdbool.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"

/* Removes everything in those mounts of the domain at PATH (absolute, canonical) that are of their
 * type, and nothing else: no link is followed, no mount crossed, nothing removed from a bare mount
 * point. MOUNTS says which must be there; others are emptied too if they are (declared in fstab).
 *
 * Logs per mount how many regions went and how many pages came back, and names the processes that
 * still pin pages of regions. Errors are logged; the rest is emptied nevertheless. Returns the number
 * of mounts that were emptied. */
int regions_reset(const struct machine *machine, const char *path, const bool mounts[N_PAGE_TYPES]);

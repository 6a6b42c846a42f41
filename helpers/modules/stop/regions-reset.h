/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Emptying a domain: its regions go, its mounts and pages stay. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "basic/page-type.h"
#include "basic/string-list.h"
#include "helpers/modules/kernel/machine.h"

/* Removes everything in those mounts of the domain at PATH (absolute, canonical) that are of their
 * type, and nothing else: no link is followed, no mount crossed, nothing removed from a bare mount
 * point. MOUNTS says which must be there; others are emptied too if they are (declared in fstab).
 *
 * Logs per mount how many regions went and how many pages came back, and names the processes that
 * still pin pages of regions. Errors are logged; the rest is emptied nevertheless. Returns the number
 * of mounts that were emptied. */
int regions_reset(const struct machine *machine, const char *path, const bool mounts[N_PAGE_TYPES]);

/* What regions_reset() would remove. */
struct regions_look {
        bool mounted[N_PAGE_TYPES];
        uint64_t regions[N_PAGE_TYPES];
        uint64_t pages[N_PAGE_TYPES];
        char **holders; /* "/mnt/.fd/.huge: pid 812 (user alice, command sh) ...", no name raw */
        size_t n_holders;
};

/* Looks at the same mounts, with the same errors, and removes nothing. Returns how many there are. */
int regions_look(const struct machine *machine, const char *path, const bool mounts[N_PAGE_TYPES],
                 struct regions_look *ret);

void regions_look_done(struct regions_look *look);

#define _cleanup_regions_look_ _cleanup_(regions_look_done)

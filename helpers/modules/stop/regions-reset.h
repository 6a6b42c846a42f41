/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Empties a domain: removes its regions, keeps its mounts and pages. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"
#include "basic/words/page-type.h"
#include "helpers/modules/kernel/machine.h"

/* Removes everything in those mounts of the domain at PATH (absolute, canonical) that are of their
 * type, and nothing else: no link is followed, no mount crossed, nothing removed from a bare mount
 * point. MOUNTS says which must be there; others are emptied too if they are (declared in fstab).
 *
 * Logs per mount the number of regions removed and pages freed, and names the processes that still pin
 * pages of regions. Errors are logged; the other mounts are emptied nevertheless. Returns the number of
 * mounts that were emptied. */
int regions_reset(const struct machine *machine, const char *path, const bool mounts[N_PAGE_TYPES]);

/* The regions that regions_reset() would remove. */
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

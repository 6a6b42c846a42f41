/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The other places of a domain's mounts (HugePath= and its like). */

#include "generator/mount-layout.h"
#include "generator/text/output.h"
#include "generator/text/unit-vars.h"

/* Sets the options of prepare, and adds the places to what the setup waits for and their directories to what the
 * preparation does. Failures are kept in VALUES. */
void place_set_values(struct values *values, const struct mount_layout *layout);

/* Writes the unit that shows the mount of TYPE, which has one, at its other place. Logs failures. */
int place_write_unit(const struct output *output, struct values *values,
                     const struct mount_layout *layout, enum page_type type);

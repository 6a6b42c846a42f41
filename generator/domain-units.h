/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One domain -> its units. Names and dependencies of the static units they extend are in units/. */

#include "conf/model.h"
#include "generator/mount-layout.h"
#include "generator/output.h"

/* Writes the units of a good domain: drop-ins of its services, and its mounts. Logs failures. */
int domain_write_units(const struct output *output, const struct config *config,
                       const struct mount_layout *layout);

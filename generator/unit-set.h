/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "conf/keys/model.h"
#include "generator/fstab.h"
#include "generator/text/output.h"

/* Writes the units of all domains of CONFIG, and those of the machine. If one domain fails, the others
 * are still written. Logs failures; the first is returned. */
int unit_set_write(const struct output *output, const struct config *config,
                   const struct fstab *fstab);

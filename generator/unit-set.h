/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "conf/model.h"
#include "generator/fstab.h"
#include "generator/output.h"

/* Writes the units of all domains of CONFIG, what pulls them in at boot, and which files it is from. One domain's failure does
 * not keep the others from theirs. Logs failures; the first is returned. */
int unit_set_write(const struct output *output, const struct config *config,
                   const struct fstab *fstab);

/* Makes fd-shmem.target part of the boot. */
int unit_set_link_boot(const struct output *output);

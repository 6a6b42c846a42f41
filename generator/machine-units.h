/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Units of which the machine has one, whatever the number of domains. All log failures. */

#include "conf/model.h"
#include "generator/output.h"

/* Makes fd-shmem.target part of the boot. */
int machine_link_boot(const struct output *output);

/* Tells fd-shmem-check.service which files were read, so that a start with other files than those can
 * say so; and ERROR, if it is not NULL, which keeps all domains from coming up. No file, no unit. */
int machine_write_check(const struct output *output, const struct config *config,
                        const char *error);

/* Has fd-shmem-watch.timer run as often as Watch= says; writes nothing without it. */
int machine_write_watch(const struct output *output, const struct config *config);

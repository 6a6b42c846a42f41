/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known of the configuration as a whole, for the service that checks the domains. */

#include "conf/model.h"
#include "generator/output.h"

/* Tells fd-shmem-check.service which files were read, so that a start with other files than those can
 * say so; and ERROR, if it is not NULL, which keeps all domains from coming up. No file, no unit. Logs
 * failures. */
int check_write_units(const struct output *output, const struct config *config, const char *error);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain that must not come up: its target fails, and says why. */

#include "conf/model.h"
#include "generator/output.h"

/* Writes the units of DOMAIN that show ERROR ("FILE:LINE: message") in the target's description and
 * in the log of fd-shmem-prepare@DOMAIN.service, which fails. Logs failures. */
int error_write_units(const struct output *output, const struct domain *domain, const char *error);

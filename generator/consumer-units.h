/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The units of others that require a domain. */

#include "conf/keys/model.h"
#include "generator/text/output.h"

/* Writes the drop-ins of the units that require DOMAIN, with an error in it or not: then its target
 * fails, and they do not start. Logs failures. */
int consumers_write_dropins(const struct output *output, const struct domain *domain);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The last look at a domain without mounts, whose pages no mount claims. */

#include "helpers/modules/kernel/machine.h"

/* Whether all pages that are reserved for DOMAIN are in the pools and free for it. Between the
 * reservations of two types, somebody else may have taken some. -ENOSPC: pages are missing or in use by
 * others, logged per node; with Shortage=continue that is a warning. -ENOENT: none are reserved, logged. */
int reservations_read_back(const struct machine *machine, const char *domain);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "helpers/modules/kernel/machine.h"

/* Compacts the memory of NODES in parallel, and logs the result for each node. The first failure is
 * returned. */
int compact_nodes(const struct machine *machine, const unsigned *nodes, size_t n);

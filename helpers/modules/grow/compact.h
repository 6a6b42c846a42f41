/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "helpers/modules/kernel/machine.h"

/* Compacts the memory of NODES, all side by side, and says per node how it went. The first failure is
 * returned. */
int compact_nodes(const struct machine *machine, const unsigned *nodes, size_t n);

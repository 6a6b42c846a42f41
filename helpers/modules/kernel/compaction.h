/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "helpers/modules/kernel/machine.h"

/* Compacts the memory of NODES in parallel: two nodes do not disturb each other (the kernel takes no lock
 * over both). Returns when all are done; RET, with room for N, receives the result of compaction_node()
 * for each. */
int compaction_run(const struct machine *machine, const unsigned *nodes, size_t n, int *ret);

/* Compacts the node's memory; returns when it is done (mm/compaction.c: a write to "compact" is
 * synchronous). -ENOENT: the kernel cannot. */
int compaction_node(const struct machine *machine, unsigned node);

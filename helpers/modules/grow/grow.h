/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Allocates pages: grows one node's pool towards a number, in writes small enough to be interrupted, and
 * with the escalation when the kernel finds no more. */

#include <stdint.h>

#include "helpers/modules/grow/task.h"

struct grow_result {
        uint64_t persistent; /* read back */
        unsigned compactions;
};

/* Grows the pool as specified by TASK, or as far as possible: getting fewer pages is not an error. The
 * thread stays pinned to the node's CPUs. On failure (logged) the allocated pages stay; -ENOSPC: the
 * headroom would not be kept, because others allocate memory, too. */
int grow_node(const struct grow_task *task, struct grow_result *ret);

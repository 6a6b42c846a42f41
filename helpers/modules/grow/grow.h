/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Getting pages: one node's pool grows towards a number, in writes small enough to be interrupted,
 * with what helps when the kernel finds no more. */

#include <stdint.h>

#include "helpers/modules/grow/task.h"

struct grow_result {
        uint64_t persistent; /* read back */
        unsigned compactions;
};

/* Grows the pool as TASK says, or as far as it goes: getting fewer pages is no error. The thread is
 * pinned to the node's CPUs from here on. On failure (logged) what was got stays; -ENOSPC: the headroom
 * would not be kept, because others take memory, too. */
int grow_node(const struct grow_task *task, struct grow_result *ret);

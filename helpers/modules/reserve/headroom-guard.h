/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Keeps the headroom while a pool grows, when others take memory at the same time: programs that
 * start, or a reservation of the other page size, which has a lock of its own. */

#include <stdint.h>

#include "basic/page-type.h"
#include "helpers/modules/grow/grow.h"
#include "helpers/modules/kernel/machine.h"

struct headroom_guard {
        const struct machine *machine;
        enum page_type type;
        uint64_t headroom; /* bytes, as it was decided with */
        const struct grow_policy *policy;
        uint64_t looked_nsec; /* set by headroom_guard_policy(), as if it had been a look */
};

/* The guard's policy with a look at the node's memory added to its progress: -ENOSPC (logged) before
 * a write after which less than half of the headroom would be left. The other half is for what
 * others took since the reservation was decided, which must not make it fail. It looks 20 times a
 * second at most. No headroom, no guard.
 * Valid as long as GUARD is. */
struct grow_policy headroom_guard_policy(struct headroom_guard *guard);

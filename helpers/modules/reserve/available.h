/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Are the pages that a domain holds free for it? A pool may have them all, and somebody uses them: an
 * unbound process takes pages of any node. What is in use is shown by node, what is promised (to mappings,
 * to mounts with min_size) for all nodes together alone. */

#include <stdbool.h>
#include <stdint.h>

#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/kernel/machine.h"

struct available_pool {
        uint64_t held;   /* by the domain, of which it uses none yet */
        uint64_t others; /* held by other domains */
        uint64_t total;
        uint64_t free;
};

/* How many pages of the domain's are free for it: at least, and at most. PROMISED are those of all
 * nodes; ONLY: there is no other node. Pure. */
struct available {
        uint64_t least;
        uint64_t most;
};
struct available available_on_node(const struct available_pool *pool, uint64_t promised, bool only);

/* Is there a hugetlbfs where the pages of the domain are mounted? */
bool available_is_mounted(const struct machine *machine, const char *domain, enum page_type type);

/* Looks at the pools of RECORD, which is one of those in HOLDINGS, and says what is missing, and what cannot
 * be told. -ENOSPC: pages are missing (logged at LEVEL). A domain that is mounted has its pages promised
 * or in use by itself, and is not looked at. */
int available_check(const struct machine *machine, const struct ledger_reservation *record,
                    const struct holdings *holdings, int level);

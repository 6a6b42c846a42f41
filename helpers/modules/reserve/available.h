/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether the pages that a domain holds are free for it. A pool may be complete, but in use by others: an
 * unbound process takes pages of any node. The kernel shows pages in use by node, but promised pages (for
 * mappings and mounts with min_size) only for all nodes together. */

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

/* Whether a hugetlbfs is mounted at the place for the domain's pages. */
bool available_is_mounted(const struct machine *machine, const char *domain, enum page_type type);

/* Looks at the pools of RECORD, which is one of those in HOLDINGS, and reports pages that are missing,
 * and cases that cannot be determined. -ENOSPC: pages are missing (logged at LEVEL). The pages of a
 * domain that is mounted, or up without mounts, are promised to it or in use by it, and are not checked. */
int available_check(const struct machine *machine, const struct ledger_reservation *record,
                    const struct holdings *holdings, int level);

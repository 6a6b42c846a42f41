/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The units of a domain that are active for as long as it is up: those that basic/words/unit-table.h calls
 * parts, and its mounts. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/ledger/ledger.h"

struct domain_part {
        char *name;
        bool is_mount;
};

struct domain_parts {
        struct domain_part items[N_DOMAIN_PARTS + 2 * N_PAGE_TYPES];
        size_t n;
};

/* Lists them; DOMAIN's path may be NULL (not known), then the mounts are left out. -ENOMEM. The
 * caller releases RET by domain_parts_done(), after a failure as well. */
int domain_parts_list(const struct ledger_domain *domain, struct domain_parts *ret);

void domain_parts_done(struct domain_parts *parts);

#define _cleanup_domain_parts_ _cleanup_(domain_parts_done)

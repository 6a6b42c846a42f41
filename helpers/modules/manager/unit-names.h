/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names of the units that make up a domain. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "helpers/modules/ledger/ledger.h"

#define N_DOMAIN_UNITS (5 + N_PAGE_TYPES)

struct domain_units {
        char *names[N_DOMAIN_UNITS]; /* what is up while the domain is: target, services, mounts */
        bool is_mount[N_DOMAIN_UNITS];
        size_t n;
        char *teardown; /* what takes it down */
        char *watcher;  /* starts the next one as long as a teardown is unfinished */
        char *leftover; /* what completes it */
        char *rollback; /* what takes down a failed start */
};

/* Lists them; DOMAIN's path may be NULL (not known), then the mounts are left out. -ENOMEM. The
 * caller releases RET by domain_units_done(), after a failure as well. */
int domain_units_list(const struct ledger_domain *domain, struct domain_units *ret);

void domain_units_done(struct domain_units *units);

#define _cleanup_domain_units_ _cleanup_(domain_units_done)

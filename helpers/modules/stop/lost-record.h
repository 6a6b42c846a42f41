/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain that is up, and of which the ledger knows nothing any more, because somebody has removed its
 * files from /run/fd-shmem. What it was made of is known from its units, or from whoever runs the stop. */

#include <stdbool.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

struct lost_record {
        const char *domain;
        char *path; /* NULL: not known */
        bool mounts[N_PAGE_TYPES];
        bool is_up;                  /* so systemd says */
        bool no_pages[N_PAGE_TYPES]; /* pages were reserved, and there is no record of them */
};

/* Looks what is missing of DOMAIN, and what its units say of it. PATH and MOUNTS, unless NULL, go before
 * that. */
int lost_record_find(const struct machine *machine, sd_bus *bus, const char *domain,
                     const char *path, const bool *mounts, struct lost_record *ret);

/* Enters the domain in the ledger again as the directories and the mount table have it, so that it can be
 * taken down; the caller has its lock. 0: there is nothing to enter. Errors are logged, with what is to
 * be done. */
int lost_record_restore(const struct machine *machine, const struct lost_record *lost);

/* After the teardown: pages without a record are nobody's to give back. Says on which nodes some are left
 * that no domain accounts for, and what to do (-ENOTRECOVERABLE); 0: there are none. */
int lost_record_check_pages(const struct machine *machine, const struct lost_record *lost);

void lost_record_done(struct lost_record *lost);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain that is up but no longer in the ledger, because its files were removed from /run/fd-shmem. Its
 * configuration is taken from its units, or from the caller of the stop. */

#include <stdbool.h>

#include "basic/words/page-type.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/manager/manager.h"

struct lost_record {
        const char *domain;
        char *path;     /* NULL: not known, or there is none */
        bool no_mounts; /* nor a directory: only pages can be left */
        bool mounts[N_PAGE_TYPES];
        struct page_size size[N_PAGE_TYPES]; /* of their pages; 0: the default */
        bool is_up;                          /* according to systemd */
        bool no_pages[N_PAGE_TYPES]; /* pages were reserved, and there is no record of them */
};

/* Checks which records of DOMAIN are missing, and reads its configuration from its units. PATH and
 * MOUNTS, unless NULL, take precedence. */
int lost_record_find(const struct machine *machine, sd_bus *bus, const char *domain,
                     const char *path, const bool *mounts, struct lost_record *ret);

/* Enters the domain in the ledger again as the directories and the mount table have it, so that it can be
 * taken down; the caller has its lock. 0: there is nothing to enter. Errors are logged, with advice. */
int lost_record_restore(const struct machine *machine, const struct lost_record *lost);

/* After the teardown: pages without a record cannot be released. Logs the nodes with pages that belong to
 * no domain, and what to do (-ENOTRECOVERABLE); 0: there are none. */
int lost_record_check_pages(const struct machine *machine, const struct lost_record *lost);

void lost_record_done(struct lost_record *lost);

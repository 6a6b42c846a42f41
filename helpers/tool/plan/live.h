/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The current state of the domains in the ledger, as data, so that the comparison with the
 * configuration can be tested without a machine. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/words/page-size.h"
#include "basic/words/page-type.h"
#include "helpers/modules/base/owner.h"
#include "helpers/tool/common/tool.h"

/* The owner of a directory. */
struct live_owner {
        bool known; /* it could be looked at */
        struct owner owner;
        mode_t mode;
};

struct live_mount {
        bool present;  /* something is mounted there */
        bool matches;  /* and it is of the kind that a domain mounts for this page type */
        dev_t device;  /* of what is mounted */
        char *options; /* those of the mount and of its file system, "rw,relatime,pagesize=2M" */
        uint64_t used; /* bytes that a tmpfs has in use */
        struct live_owner root;
};

struct live_domain {
        char *name;
        char *path;
        bool unfinished;             /* its teardown is in progress, or waits for a holder */
        char *place[N_PAGE_TYPES]; /* where a mount is in addition, or NULL */
        bool recorded[N_PAGE_TYPES]; /* mounts that are ours to unmount */
        struct live_mount mount[N_PAGE_TYPES];
        struct live_owner base;
        bool reserved[N_PAGE_TYPES];         /* the ledger has a reservation */
        struct page_size size[N_PAGE_TYPES]; /* of its pages */
        bool release[N_PAGE_TYPES];          /* its pages are released at the stop */
        uint64_t pages[N_PAGE_TYPES], added[N_PAGE_TYPES];
};

struct live {
        struct live_domain *domains; /* sorted by name */
        size_t n;
        uint64_t memory; /* bytes of the machine, to which a tmpfs's percentage refers */
};

/* Looks at the domains of the ledger that units made; those made by hand are not subject to the
 * configuration. State that is not accessible (without root) is unknown. Errors are logged. */
int live_look(const struct tool *tool, struct live *ret);

/* NULL: the ledger has no such domain. */
const struct live_domain *live_find(const struct live *live, const char *name);

void live_domain_done(struct live_domain *domain);
void live_done(struct live *live);

#define _cleanup_live_ _cleanup_(live_done)

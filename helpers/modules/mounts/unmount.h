/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Taking a domain's mounts off the mount table: never lazily, never something else's mount. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/machine.h"
#include "helpers/modules/mounts/holders.h"

/* What stands in the way of unmounting. */
struct obstacles {
        struct holder_list holders;
        char *text; /* for people, one line per obstacle, each ending in a newline; NULL if none */
};

/* Unmounts the domain's mounts of TYPES. A mount that is in use gets half a second to become free. 0:
 * none is mounted any more, here or in another mount namespace. -EBUSY: RET says who or what is in the
 * way; regions in use are as they were. What lives on in another mount namespace is entered in DOMAIN
 * and in the ledger, for the next attempt. Other errors are logged. The caller releases RET by
 * obstacles_done() in either case. */
int unmount_domain(const struct machine *machine, struct ledger_domain *domain,
                   const bool types[N_PAGE_TYPES], struct obstacles *ret);

/* Logs the text, one message per line. */
void obstacles_log(const struct obstacles *obstacles, int level);

void obstacles_done(struct obstacles *obstacles);

#define _cleanup_obstacles_ _cleanup_(obstacles_done)

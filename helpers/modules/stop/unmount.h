/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Unmounts a domain's mounts: never lazily, and never other mounts. In three steps, so that mounts in use
 * stay complete and the others are known to be gone:
 *
 *   look     who holds a mount in a way that does not make its unmounting busy;
 *   unmount  which names those who do;
 *   end      after the caller has removed the mount points, which detaches the copies that other mount
 *            namespaces have of the mounts: whether the file systems are really gone, claim and all. */

#include "helpers/modules/holders/blockers.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"

/* The unmounted file systems, until they are known to be gone. */
struct unmounted {
        struct unmounted_mount {
                int watch; /* mount-end.h, plus one; 0: none */
                dev_t device;
                char *path;
                struct access access;
        } mounts[N_PAGE_TYPES];
};

/* Unmounts the domain's mounts of TYPES. A mount that is in use gets half a second to become free. 0:
 * none is mounted here any more. -EBUSY: RET names the holders; regions in use are unchanged; if the
 * holder was found before unmounting, the whole domain is. Other errors are logged. ENDS may be NULL. The
 * caller releases RET by blockers_done() and ENDS by unmounted_done() in either case. */
int unmount_domain(const struct machine *machine, const struct ledger_domain *domain,
                   const bool types[N_PAGE_TYPES], struct unmounted *ends, struct blockers *ret);

/* Whether the unmounted file systems have been destroyed, and also recorded mounts of DOMAIN that were
 * not in our mount table any more, because root or the owner had removed them from it. -EBUSY: one still
 * exists, BLOCKERS says where. */
int unmount_check_ends(const struct machine *machine, const struct ledger_domain *domain,
                       const struct unmounted *ends, struct blockers *blockers);

void unmounted_done(struct unmounted *ends);

#define _cleanup_unmounted_ _cleanup_(unmounted_done)

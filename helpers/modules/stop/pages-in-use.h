/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Pages of a domain that is being stopped and that are not free, although nothing of it is mounted any
 * more. */

#include "helpers/modules/holders/blockers.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/stop/unmount.h"

/* A mount that was recorded and that we did not unmount, because its owner had removed the mount point
 * under it, or root had unmounted it lazily, may still exist, with its claim, through open files without
 * a path. This is assumed while not all pages that we added to the pool are free: -EBUSY, and BLOCKERS
 * names the processes that use huge pages. */
int pages_in_use_check(const struct machine *machine, const struct ledger_domain *domain,
                       const struct unmounted *ends, struct blockers *blockers);

/* Pages of TYPE that could not be released, because they are used without a mount, stay as surplus: names
 * the processes that use huge pages. SURPLUS is the number of surplus pages before the release. */
void pages_in_use_tell(const struct machine *machine, struct page_size size, uint64_t surplus);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Pages of a domain that is being stopped and that are not free, although nothing of it is mounted any
 * more. */

#include "helpers/modules/holders/blockers.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/stop/unmount.h"

/* A mount that was recorded and that we did not unmount, because its owner had removed the mount point
 * under it, or root had unmounted it lazily, may live on, with its claim, in open files that nobody's
 * name leads to. As long as the pages that we put into the pool are not all free, it may: -EBUSY, and
 * BLOCKERS says who has huge pages. */
int pages_in_use_check(const struct machine *machine, const struct ledger_domain *domain,
                       const struct unmounted *ends, struct blockers *blockers);

/* What the release of TYPE could not give back, because somebody has it without a mount, stays as
 * surplus: names who has huge pages. SURPLUS was surplus before the release. */
void pages_in_use_tell(const struct machine *machine, enum page_type type, uint64_t surplus);

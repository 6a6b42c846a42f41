/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Holders of mounts, searched for and named as blockers. */

#include "helpers/modules/holders/blockers.h"
#include "helpers/modules/kernel/machine.h"

struct holder_report {
        const struct machine *machine;
        struct blockers *blockers; /* to which they are added */
        unsigned
                budget; /* links of processes without access that may still be read, in all searches */
};

/* Finds the processes that hold one of the N TARGETS in one of the ways USES and names them: -EBUSY; 0:
 * there are none. Other errors are logged. */
int holder_report_find(struct holder_report *report, const struct holder_target *targets, size_t n,
                       unsigned uses, bool in_other_namespaces);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who has what: every process is looked at once, and what it has open or mapped is a region of ours,
 * or another use of huge pages, or of no interest. */

#include "helpers/tool/regions/memory-users.h"

/* Looks at all processes in PROCFS, but not at this one. REGIONS (indexed) gets its holdings, nodes,
 * and late regions. A process that ends meanwhile is no error. */
int memory_users_find(int procfs, struct regions *regions, struct memory_users *ret);

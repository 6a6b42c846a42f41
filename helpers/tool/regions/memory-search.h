/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Finds the users of regions and huge pages: every process is examined once, and each of its open
 * files and mappings is a region of ours, another use of huge pages, or of no interest. */

#include "helpers/tool/regions/memory-users.h"

/* Looks at all processes in PROCFS, but not at this one. REGIONS (indexed) gets its holdings, nodes,
 * and late regions. A process that ends meanwhile is no error. */
int memory_users_find(int procfs, struct regions *regions, struct memory_users *ret);

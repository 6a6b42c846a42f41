/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/* Sets *RET to NODE, if it is one of the N NODES, which have memory; else to the one of them that has the least
 * distance to it, the lowest of several; to -1 if NODE is -1 or its distances are not known. -ENOMEM. */
int nearest_node(int sysfs, int node, const unsigned *nodes, size_t n, int *ret);

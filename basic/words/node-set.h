/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A set of NUMA nodes, as the kernel writes it: "0,2-3" (Documentation/core-api/printk-formats.rst, %*pbl).
 * Pure functions. */

#include <stdbool.h>

#include "basic/words/node.h"

struct node_set {
        bool has[NODE_MAX + 1];
};

/* -EINVAL: not such a list, or an empty one. */
int node_set_parse(const char *text, struct node_set *ret);

/* The shortest form; the caller frees. NULL: no memory. */
char *node_set_format(const struct node_set *set);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One domain for a terminal: its mounts, and its regions with their holders. */

#include "helpers/tool/query/model.h"
#include "helpers/tool/terminal/table.h"

/* Prints it, after an empty line. -ENOMEM. */
int region_table_print(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal);

/* "0:512 1:512"; NULL if there are none. Caller frees. */
char *region_table_nodes(const struct node_pages_list *nodes);

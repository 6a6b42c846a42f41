/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One domain for a terminal: its mounts, and its regions with their holders. */

#include "helpers/tool/inspect/query-model.h"
#include "helpers/tool/terminal/terminal.h"

/* Prints it, after an empty line. -ENOMEM. */
int query_print_domain(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal);

/* Its first lines: name, state, owner, and problems. */
void query_print_state(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal);

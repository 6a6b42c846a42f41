/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Deviations from the state at setup, and the processes that took the missing pages. */

#include "helpers/modules/drift/drift.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/inspect/query-model.h"

/* Like drift_find(), but also examines the processes where claims may have lost pages. Of TOOL it
 * uses the machine. Errors are logged. */
int damage_find(const struct tool *tool, const char *only, struct drift_list *ret);

/* Examines the processes once for each of LIST's claims, and adds the domains whose pages on the
 * node are certainly used by others: pages that may be a domain's own count as its own. A finding
 * must still hold a moment later. Errors are logged. */
int damage_find_theft(const struct tool *tool, const char *only, struct drift_list *list);

/* The same from the data of all domains in QUERY; pure. -ENOMEM. */
int damage_judge(const struct query *query, const struct drift_claims *claims, const char *only,
                 struct drift_list *list);

/* Enters in QUERY, collected before, which domains are damaged and why others failed last. */
int query_find_damage(const struct tool *tool, const char *only, struct query *query);

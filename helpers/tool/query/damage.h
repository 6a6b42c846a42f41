/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is no longer as it was made, and who took what is missing. */

#include "helpers/modules/drift/drift.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/query/query-model.h"

/* As drift_find(); and where claims may have lost pages, looks at the processes. Of TOOL it uses the
 * machine. Errors are logged. */
int damage_find(const struct tool *tool, const char *only, struct drift_list *ret);

/* Looks at the processes once for each of LIST's claims, and adds the domains whose pages on the node
 * others have for certain: what may be a domain's own counts as that. What is found must still be so a
 * moment later. Errors are logged. */
int damage_find_theft(const struct tool *tool, const char *only, struct drift_list *list);

/* The same by what QUERY has of all domains; pure. -ENOMEM. */
int damage_judge(const struct query *query, const struct drift_claims *claims, const char *only,
                 struct drift_list *list);

/* Enters in QUERY, collected before, which domains are damaged and why others failed last. */
int query_find_damage(const struct tool *tool, const char *only, struct query *query);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Fills struct query by looking at the machine. */

#include "helpers/tool/common/tool.h"
#include "helpers/tool/inspect/query-model.h"

/* Examines everything. ONLY: limits domains and their contents to the one of this name; NULL: all.
 * Anything inaccessible is added to MISSING and is not a failure. -ENOENT (logged): no domain of
 * that name. */
int query_collect(const struct tool *tool, const char *only, struct query *ret);

/* Parts of it. */
int query_collect_pools(const struct tool *tool, struct query *query);
int query_collect_domains(const struct tool *tool, const char *only, struct query *query);
int query_collect_mounts(const struct tool *tool, struct query *query);
/* Reads the kernel's settings and compares them with the pages of QUERY, collected before. Errors are logged. */
int query_collect_settings(const struct tool *tool, struct query *query);
/* What only metrics have: when domains failed, and whether systemd has read the configuration. */
int query_collect_times(const struct tool *tool, struct query *query);
void query_find_foreign(struct query *query);
void query_find_unseen(struct query *query);

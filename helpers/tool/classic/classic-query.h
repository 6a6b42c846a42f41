/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The output of the replaced script's query that programs parse, before and after the tables. */

#include "helpers/tool/common/tool.h"

/* The pools as the script printed them: "gigantic pages:", and per node a line "numa 0: 8 total, 6
 * free"; then the path. */
int classic_query_begin(const struct tool *tool);

/* The last line: the script failed where there is no domain. Returns the exit status. */
int classic_query_end(struct tool *tool, int argc, char **argv);

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem query: what memory there is, whose it is, and who has it. */

#include <getopt.h>
#include <locale.h>

#include "basic/log.h"
#include "helpers/tool/classic/classic-query.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/query/collect.h"
#include "helpers/tool/query/damage.h"
#include "helpers/tool/query/print.h"

int verb_query(struct tool *tool, int argc, char **argv)
{
        _cleanup_query_ struct query query = {};
        bool json = false;
        int c, r;

        while ((c = tool_next_option(tool, argc, argv)) >= 0) {
                if (c != OPTION_JSON)
                        return tool_usage(tool, argv[0]);
                json = true;
        }

        (void) setlocale(LC_CTYPE, ""); /* what the terminal can show */
        r = query_collect(tool, argv[optind], &query);
        if (r >= 0)
                r = query_find_damage(tool, argv[optind], &query);
        query.switched_off = reload_switched_off(tool);
        if (r < 0)
                return r;

        if (tool->classic && !json) {
                r = classic_query_begin(tool);
                if (r < 0)
                        return r;
        }
        r = json ? query_print_json(&query, tool->out) : query_print_table(&query, tool->out);
        if (r < 0)
                return log_error_errno(r, "Cannot print what there is: %m");
        return tool->classic && !json ? classic_query_end(tool, argc, argv) : TOOL_OK;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem plan: what differs between the machine and the configuration, which verb changes it, and
 * whether that would succeed. */

#include <getopt.h>
#include <locale.h>

#include "basic/log.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/plan/scheme.h"

int verb_plan(struct tool *tool, int argc, char **argv)
{
        _cleanup_config_ struct config config = {};
        _cleanup_scheme_ struct scheme scheme = {};
        _cleanup_manager_ sd_bus *bus = NULL;
        enum json_mode json = JSON_OFF;
        bool errors;
        int c, r;

        while ((c = tool_next_option(tool, argc, argv)) >= 0) {
                if (c != OPTION_JSON || json_mode_parse(optarg, &json) < 0)
                        return tool_usage(tool, argv[0]);
        }

        (void) setlocale(LC_CTYPE, "");
        r = configuration_load(tool, &config, &errors);
        if (r < 0)
                return r;
        if (tool->privileged)
                (void) manager_connect(&bus);
        r = scheme_make(tool, bus, &config, argv + optind, &scheme);
        if (r < 0)
                return r;

        r = json != JSON_OFF ? scheme_print_json(&scheme, json, tool->out)
                             : scheme_print_table(&scheme, tool->out);
        if (r < 0)
                return log_error_errno(r, "Cannot print the plan: %m");
        if (json == JSON_OFF)
                scheme_print_advice(&scheme, tool->out);
        return errors || scheme.fails ? TOOL_FAILED : scheme.changes ? TOOL_CHANGES : TOOL_OK;
}

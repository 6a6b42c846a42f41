/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem plan: what a start would change, and whether it would succeed. */

#include <getopt.h>
#include <locale.h>

#include "basic/log.h"
#include "helpers/tool/configuration.h"
#include "helpers/tool/forecast.h"

int verb_plan(struct tool *tool, int argc, char **argv)
{
        static const struct option options[] = {
                { "json", no_argument, NULL, 'j' },
                { NULL, 0, NULL, 0 },
        };
        _cleanup_config_ struct config config = { 0 };
        _cleanup_forecast_ struct forecast forecast = { 0 };
        bool json = false, errors;
        int c, r;

        while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
                if (c != 'j')
                        return tool_usage(tool, argv[0]);
                json = true;
        }

        (void) setlocale(LC_CTYPE, "");
        r = configuration_load(tool, &config, &errors);
        if (r < 0)
                return r;
        r = forecast_make(tool, &config, argv[optind], &forecast);
        if (r < 0)
                return r;

        r = json ? forecast_print_json(&forecast, tool->out)
                 : forecast_print_table(&forecast, tool->out);
        if (r < 0)
                return log_error_errno(r, "Cannot print the plan: %m");
        return errors || forecast.fails ? TOOL_FAILED : forecast.changes ? TOOL_CHANGES : TOOL_OK;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem plan: what differs between the machine and the configuration, which verb changes it, and
 * whether that would succeed. */

#include <getopt.h>
#include <locale.h>

#include "basic/log.h"
#include "conf/load.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/plan/scheme.h"

struct options {
        enum json_mode json;
        const char *root;
};

static int parse(const struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){ .json = JSON_OFF };
        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_ROOT)
                        ret->root = optarg;
                else if (c != OPTION_JSON || json_mode_parse(optarg, &ret->json) < 0)
                        return tool_usage(tool, argv[0]);
        return TOOL_OK;
}

/* For an image, only whether it would start here can be determined. */
static int exit_status(const struct tool *image, const struct scheme *scheme, bool errors)
{
        if (errors || scheme->fails)
                return TOOL_FAILED;
        return scheme->changes && !image->image ? TOOL_CHANGES : TOOL_OK;
}

int verb_plan(struct tool *tool, int argc, char **argv)
{
        _cleanup_config_ struct config config = {};
        _cleanup_scheme_ struct scheme scheme = {};
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_image_ struct tool image = TOOL_NULL;
        struct options options;
        bool errors;
        int r = parse(tool, argc, argv, &options);

        if (r != TOOL_OK)
                return r;
        (void) setlocale(LC_CTYPE, "");
        r = configuration_open(tool, options.root, &image);
        if (r >= 0)
                r = configuration_load(&image, &config, &errors);
        if (r < 0)
                return r;
        if (tool->privileged && !image.image)
                (void) manager_connect(&bus);
        r = scheme_make(&image, bus, &config, argv + optind, &scheme);
        if (r < 0)
                return r;

        r = options.json != JSON_OFF ? scheme_print_json(&scheme, options.json, tool->out)
                                     : scheme_print_table(&scheme, tool->out);
        if (r < 0)
                return log_error_errno(r, "Cannot print the plan: %m");
        if (options.json == JSON_OFF)
                recipes_print(&scheme.recipes, tool->out);
        if (options.json == JSON_OFF && !image.image)
                scheme_print_advice(&scheme, tool->out);
        return exit_status(&image, &scheme, errors);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem import: a configuration made from what a machine, or an image, has until now. */

#include <getopt.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/import/import-model.h"

static int gather(const struct tool *tool, bool running, const char *report, struct import *import)
{
        int r;

        if (report)
                return import_from_report(report, import);
        r = running ? import_from_machine(tool, import) : 0;
        if (r >= 0)
                r = import_from_command_line(tool->root, running, import);
        if (r >= 0)
                r = import_from_lines(tool->root, running, import);
        if (r >= 0)
                r = import_from_scripts(tool->root, running, import);
        if (r >= 0)
                r = import_from_fstab(tool->root, running, import);
        return r < 0 ? r : import_from_units(tool->root, running, import);
}

int verb_import(struct tool *tool, int argc, char **argv)
{
        _cleanup_import_ struct import import = {};
        _cleanup_image_ struct tool image = TOOL_NULL;
        const char *root = NULL;
        size_t domains;
        int c, r;

        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_ROOT)
                        root = optarg;
                else
                        return tool_usage(tool, argv[0]);
        if (argc - optind > 1 || (root && argv[optind]))
                return tool_usage(tool, argv[0]);

        r = configuration_open(tool, root, &image);
        if (r >= 0)
                r = gather(&image, !root, argv[optind], &import);
        if (r >= 0)
                r = import_finish(&import);
        if (r >= 0)
                r = import_print(&import, tool->out, &domains);
        if (r < 0)
                return r;
        for (char **note = import.left; note && *note; note++)
                log_warning("Not carried over: %s", *note);
        if (domains == 0)
                log_notice("Nothing to import: no huge pages and no mounts of them were found");
        return import.left ? TOOL_CHANGES : TOOL_OK;
}

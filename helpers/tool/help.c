/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "basic/cleanup.h"
#include "basic/pagetype.h"
#include "helpers/modules/pools/numa.h"
#include "helpers/tool/suggest.h"
#include "helpers/tool/tool.h"

static void print_verbs(const struct tool *tool)
{
        for (const struct verb *verb = tool_verbs; verb->name; verb++) {
                if (tool->classic && !verb->classic)
                        continue;
                fprintf(tool->out, "  %s%s%s\n        %s\n", verb->name,
                        *tool_synopsis(tool, verb) ? " " : "", tool_synopsis(tool, verb),
                        verb->summary);
        }
}

static void print_nodes(const struct tool *tool)
{
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n = 0;

        fputs("Supported numa nodes:", tool->out);
        if (numa_nodes(tool->machine.sysfs, &nodes, &n) < 0)
                fputs(" none (this kernel has no NUMA)", tool->out);
        for (size_t i = 0; i < n; i++)
                fprintf(tool->out, " %u", nodes[i]);
        fputc('\n', tool->out);
}

static void print_page_types(const struct tool *tool)
{
        fputs("Supported page types:", tool->out);
        for (int type = N_PAGE_TYPES - 1; type >= 0; type--)
                if (page_type_size(type) > 0)
                        fprintf(tool->out, " %s", page_type_name(type));
        fputc('\n', tool->out);
}

static int print_all(const struct tool *tool)
{
        fprintf(tool->out, "\nUsage: %s COMMAND [ARGUMENT]... [COMMAND [ARGUMENT]...]...\n\n",
                tool->name);
        fputs("Commands are:\n\n", tool->out);
        print_verbs(tool);
        fputc('\n', tool->out);
        print_page_types(tool);
        print_nodes(tool);
        fprintf(tool->out,
                "\nHugetlbfs mount path: %s\n"
                "Use the FD_SHMEM_PATH environment variable to manually specify this\n\n",
                tool->path);
        fprintf(tool->out, "'%s help COMMAND' tells more; so do fd-shmem(8), fd-shmem.conf(5).\n",
                tool->name);
        return TOOL_OK;
}

static int print_one(const struct tool *tool, const struct verb *verb)
{
        const char *synopsis = tool_synopsis(tool, verb);

        fprintf(tool->out, "Usage: %s %s%s%s\n\n%s.\n\n%s", tool->name, verb->name,
                *synopsis ? " " : "", synopsis, verb->summary,
                tool->classic && verb->classic_help ? verb->classic_help : verb->help);
        return TOOL_OK;
}

int verb_help(struct tool *tool, int argc, char **argv)
{
        struct suggestion suggestion = SUGGESTION_FOR(argc > 1 ? argv[1] : "");
        const struct verb *verb;

        if (argc < 2)
                return print_all(tool);

        verb = tool_find_verb(argv[1]);
        if (verb)
                return print_one(tool, verb);

        for (verb = tool_verbs; verb->name; verb++)
                suggest_consider(&suggestion, verb->name);
        fprintf(stderr, "help: there is no command %s%s%s%s\n", argv[1],
                suggestion.nearest ? "; did you mean " : "",
                suggestion.nearest ? suggestion.nearest : "", suggestion.nearest ? "?" : "");
        return tool_usage(tool, NULL);
}

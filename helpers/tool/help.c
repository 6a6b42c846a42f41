/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <ctype.h>
#include <getopt.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/nearest.h"
#include "basic/words/page-type.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/common/verbs.h"

static void print_verbs(const struct tool *tool)
{
        for (const struct verb *verb = tool_verbs; verb->name; verb++) {
                if (tool->classic && !verb->classic)
                        continue;
                fprintf(tool->out, "  %s", verb->name);
                verb_print_synopsis(verb, tool->classic, tool->out);
                fprintf(tool->out, "\n        %s\n", verb->summary);
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

/* Takes scdoc's markup away: "*bold*", "_underlined_" (no underscore within a word), "\\" before any of
 * those that is meant. */
static void remove_markup(char *text)
{
        bool underlined = false;
        char last = ' ', *end = text;

        for (const char *p = text; *p; last = *p++) {
                if (*p == '*')
                        continue;
                if (*p == '_' && (!isalnum((unsigned char) last) ||
                                  (underlined && !isalnum((unsigned char) p[1])))) {
                        underlined = !underlined;
                        continue;
                }
                if (*p == '\\' && p[1])
                        p++;
                *end++ = *p;
        }
        *end = '\0';
}

/* Prints paragraphs within 78 columns, INDENT of them empty; the cursor is in column INDENT. */
static void print_text(const char *markup, size_t indent, FILE *out)
{
        _cleanup_free_ char *text = strdup(markup);
        size_t column = indent, length;

        if (!text)
                return;
        remove_markup(text);
        for (const char *word = text; *word; word += length) {
                size_t newlines = strspn(word, "\n");

                word += strspn(word, " \n");
                length = strcspn(word, " \n");
                if (newlines > 0 || (column > indent && column + 1 + length > 78)) {
                        fprintf(out, "%s%*s", newlines > 0 ? "\n\n" : "\n", (int) indent, "");
                        column = indent;
                }
                column += (size_t) fprintf(out, "%s%.*s", column > indent ? " " : "", (int) length,
                                           word);
        }
        fputc('\n', out);
}

static void print_options(const enum option_id *ids, bool classic, FILE *out)
{
        _cleanup_free_ char *label = NULL;
        size_t size;

        for (; *ids != OPTION_NONE; ids++) {
                _cleanup_fclose_ FILE *f = open_memstream(&label, &size);

                if (!f)
                        return;
                option_print_label(tool_option(*ids), classic, true, f);
                fclose(TAKE_PTR(f));
                fprintf(out, "  %-22s ", label);
                if (strlen(label) > 22)
                        fprintf(out, "\n%25s", "");
                print_text(tool_option(*ids)->help, 25, out);
                free(TAKE_PTR(label));
        }
}

static int print_one(const struct tool *tool, const struct verb *verb)
{
        const enum option_id *ids = verb_options(verb, tool->classic);

        fprintf(tool->out, "Usage: %s %s", tool->name, verb->name);
        verb_print_synopsis(verb, tool->classic, tool->out);
        fprintf(tool->out, "\n\n%s.\n\n", verb->summary);
        print_text(tool->classic && verb->classic_help ? verb->classic_help : verb->help, 0,
                   tool->out);
        if (*ids != OPTION_NONE)
                fputc('\n', tool->out);
        print_options(ids, tool->classic, tool->out);
        return TOOL_OK;
}

int verb_help(struct tool *tool, int argc, char **argv)
{
        const char *name = argv[1];
        const struct verb *verb;
        struct nearest nearest;

        if (!tool->classic) {
                if (tool_next_option(tool, argc, argv) >= 0)
                        return tool_usage(tool, argv[0]);
                name = argv[optind];
        }
        if (!name)
                return print_all(tool);

        verb = tool_find_verb(name);
        if (verb)
                return print_one(tool, verb);

        nearest = (struct nearest) NEAREST_TO(name);
        for (verb = tool_verbs; verb->name; verb++)
                nearest_consider(&nearest, verb->name);
        fprintf(stderr, "help: there is no command %s%s%s%s\n", name,
                nearest.word ? "; did you mean " : "", nearest.word ? nearest.word : "",
                nearest.word ? "?" : "");
        return tool_usage(tool, NULL);
}

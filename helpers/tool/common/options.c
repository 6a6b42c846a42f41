/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/common/options.h"

#include <getopt.h>
#include <string.h>

#include "helpers/tool/common/tool.h"

static int argument_kind(const struct tool_option *option)
{
        if (option->value == WORD_NONE)
                return no_argument;
        return option->value_optional ? optional_argument : required_argument;
}

/* The getopt_long(3) description of IDS. LETTERS has room for three characters of each and a NUL. */
static void describe(const enum option_id *ids, struct option *ret, char *letters)
{
        for (; *ids != OPTION_NONE; ids++) {
                const struct tool_option *option = tool_option(*ids);
                int kind = argument_kind(option);

                *ret++ = (struct option){ option->name, kind, NULL, (int) *ids };
                if (!option->letter)
                        continue;
                *letters++ = option->letter;
                for (int i = 0; i < kind; i++) /* none, ":" or "::" */
                        *letters++ = ':';
        }
        *ret = (struct option){};
        *letters = '\0';
}

static enum option_id find_letter(const enum option_id *ids, int letter)
{
        while (*ids != OPTION_NONE && tool_option(*ids)->letter != letter)
                ids++;
        return *ids;
}

int tool_next_option(const struct tool *tool, int argc, char **argv)
{
        const enum option_id *ids = verb_options(tool_find_verb(argv[0]), tool->classic);
        struct option options[VERB_OPTIONS_MAX + 1];
        char letters[3 * VERB_OPTIONS_MAX + 1];
        int c;

        describe(ids, options, letters);
        c = getopt_long(argc, argv, letters, options, NULL);
        if (c < 0 || c > OPTIONS_BEGIN)
                return c;
        return c == '?' ? OPTION_NONE : (int) find_letter(ids, c);
}

static bool needs_value(const struct tool_option *option)
{
        return option->value != WORD_NONE && !option->value_optional;
}

bool verb_takes_next(const struct verb *verb, bool classic, const char *word)
{
        const enum option_id *ids = verb_options(verb, classic);
        size_t length = strlen(word);

        if (strncmp(word, "--", 2) == 0) {
                for (; *ids != OPTION_NONE; ids++)
                        if (strncmp(tool_option(*ids)->name, word + 2, length - 2) == 0)
                                return length > 2 && needs_value(tool_option(*ids));
                return false;
        }

        for (const char *p = word + 1; *p; p++) {
                enum option_id id = find_letter(ids, *p);

                if (id == OPTION_NONE)
                        return false;
                if (tool_option(id)->value != WORD_NONE)
                        return p[1] == '\0' && needs_value(tool_option(id));
        }
        return false;
}

int tool_usage(const struct tool *tool, const char *verb)
{
        fprintf(stderr, "Do %s help%s%s for help\n", tool->name, verb ? " " : "", verb ? verb : "");
        return TOOL_FAILED;
}

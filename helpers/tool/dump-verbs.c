/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints the table of verbs as JSON, or with "types" the page types, for the completions and for
 * the comparison of the man page. Runs on the build machine, so its dependencies are kept minimal. */

#include <string.h>

#include "basic/words/page-type.h"
#include "helpers/tool/common/verbs.h"

static const char *const kinds[N_WORDS] = {
        [WORD_NONE] = "none",     [WORD_DOMAIN] = "domain",       [WORD_VERB] = "verb",
        [WORD_MODE] = "mode",     [WORD_USER] = "user",           [WORD_GROUP] = "group",
        [WORD_COUNT] = "count",   [WORD_TYPE] = "type",           [WORD_NODE] = "node",
        [WORD_PAGES] = "pages",   [WORD_FILE] = "file",           [WORD_MACHINE] = "machine",
        [WORD_CHOICE] = "choice", [WORD_DIRECTORY] = "directory", [WORD_COLUMNS] = "columns",
};

static void print_text(const char *key, const char *text)
{
        printf("\"%s\": \"", key);
        for (const char *p = text ?: ""; *p; p++)
                if (*p == '\n')
                        fputs("\\n", stdout);
                else
                        printf("%s%c", *p == '"' || *p == '\\' ? "\\" : "", *p);
        fputs("\", ", stdout);
}

static void print_option(enum option_id id)
{
        const struct tool_option *option = tool_option(id);
        char letter[2] = { option->letter, '\0' };

        fputs("\n    {", stdout);
        print_text("name", option->name);
        print_text("letter", letter);
        print_text("kind", kinds[option->value]);
        print_text("label", option->label ?: word_name(option->value));
        print_text("choices", option->choices);
        print_text("help", option->help);
        printf("\"value_optional\": %s}", option->value_optional ? "true" : "false");
}

/* The properties of VERB under one of the program's names. */
static void print_name(const struct verb *verb, bool classic)
{
        const enum option_id *ids = verb_options(verb, classic);
        unsigned extra = classic ? verb->classic_max_args : verb->max_args;

        printf("\"min_args\": %u, \"max_args\": %u, \"in_a_row\": %s, \"synopsis\": \"",
               verb->min_args, extra > verb->min_args ? extra : verb->min_args,
               verb->in_a_row || classic ? "true" : "false");
        verb_print_synopsis(verb, classic, stdout);
        fputs("\", \"options\": [", stdout);
        for (size_t i = 0; ids[i] != OPTION_NONE; i++) {
                fputs(i > 0 ? "," : "", stdout);
                print_option(ids[i]);
        }
        fputs("]", stdout);
}

static void print_verb(const struct verb *verb)
{
        fputs(verb == tool_verbs ? "\n  {" : ",\n  {", stdout);
        print_text("name", verb->name);
        print_text("summary", verb->summary);
        print_text("help", verb->help);
        fputs("\"words\": [", stdout);
        for (size_t i = 0; i < VERB_WORDS_MAX && verb->words[i] != WORD_NONE; i++)
                printf("%s\"%s\"", i > 0 ? ", " : "", kinds[verb->words[i]]);
        fputs("], \"fd-shmem\": {", stdout);
        print_name(verb, false);
        fputs("}", stdout);
        if (verb->classic) {
                fputs(", \"fd_shmem_cfg\": {", stdout);
                print_name(verb, true);
                fputs("}", stdout);
        }
        fputs("}", stdout);
}

/* The page types that a word of the kind "type" can be. */
static int print_types(void)
{
        for_each_pool_type(type)
                printf("%s\n", page_type_name(type));
        return fflush(stdout) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
        if (argc > 1 && strcmp(argv[1], "types") == 0)
                return print_types();
        fputs("[", stdout);
        for (const struct verb *verb = tool_verbs; verb->name; verb++)
                print_verb(verb);
        fputs("\n]\n", stdout);
        return fflush(stdout) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/common/verbs.h"

#include <string.h>

#include "helpers/tool/common/verb-help.h"

/* More options than these are not listed in a synopsis. */
#define SYNOPSIS_OPTIONS 4

static const struct tool_option options[] = {
#define OPTION(id, ...) [OPTION_##id - OPTIONS_BEGIN - 1] = { __VA_ARGS__ },
#define VERB(...)
#include "helpers/tool/common/verbs.inc"
};

const struct verb tool_verbs[] = {
#define OPTION(...)
#define VERB(id, verb_name, ...) { .name = verb_name, __VA_ARGS__ },
#include "helpers/tool/common/verbs.inc"
        {},
};

const struct verb *tool_find_verb(const char *name)
{
        for (const struct verb *verb = tool_verbs; verb->name; verb++)
                if (strcmp(verb->name, name) == 0)
                        return verb;
        return NULL;
}

const struct tool_option *tool_option(enum option_id id)
{
        return options + (id - OPTIONS_BEGIN - 1);
}

const enum option_id *verb_options(const struct verb *verb, bool classic)
{
        return classic ? verb->classic_options : verb->options;
}

const char *word_name(enum word word)
{
        static const char *const names[N_WORDS] = {
                [WORD_DOMAIN] = "DOMAIN", [WORD_VERB] = "COMMAND",    [WORD_MODE] = "PERM",
                [WORD_USER] = "USER",     [WORD_GROUP] = "GROUP",     [WORD_COUNT] = "COUNT",
                [WORD_TYPE] = "TYPE",     [WORD_NODE] = "NODE",       [WORD_PAGES] = "COUNT:TYPE",
                [WORD_FILE] = "FILE",     [WORD_DIRECTORY] = "DIR",   [WORD_MACHINE] = "NODES.json",
                [WORD_CHOICE] = "WORD",   [WORD_COLUMNS] = "COLUMNS",
        };

        return names[word];
}

void option_print_label(const struct tool_option *option, bool classic, bool with_letter, FILE *out)
{
        if (with_letter && !classic && option->letter)
                fprintf(out, "-%c, ", option->letter);
        fprintf(out, "--%s", option->name);
        if (option->value != WORD_NONE && !classic)
                fprintf(out, option->value_optional ? "[=%s]" : "=%s",
                        option->label ?: word_name(option->value));
}

static void print_options(const enum option_id *ids, bool classic, FILE *out)
{
        size_t n = 0;

        while (ids[n] != OPTION_NONE)
                n++;
        if (n > SYNOPSIS_OPTIONS)
                fputs(" [OPTION]...", out);
        for (size_t i = 0; i < n && n <= SYNOPSIS_OPTIONS; i++) {
                fputs(" [", out);
                option_print_label(tool_option(ids[i]), classic, false, out);
                fputc(']', out);
        }
}

void verb_print_synopsis(const struct verb *verb, bool classic, FILE *out)
{
        unsigned extra = classic ? verb->classic_max_args : verb->max_args;

        print_options(verb_options(verb, classic), classic, out);
        for (unsigned i = 0; i < VERB_WORDS_MAX && verb->words[i] != WORD_NONE; i++)
                if (i < verb->min_args)
                        fprintf(out, " %s", word_name(verb->words[i]));
                else if (i < extra)
                        fprintf(out, " [%s]%s", word_name(verb->words[i]),
                                extra > VERB_WORDS_MAX ? "..." : "");
}

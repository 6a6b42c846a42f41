/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/commands.h"

#include <string.h>

#include "basic/log.h"
#include "basic/nearest.h"
#include "helpers/tool/classic/legacy-result.h"

/* In the order of tool_verbs. */
static const verb_run_t runs[] = {
#define OPTION(...)
#define VERB(n, ...) verb_##n,
#include "helpers/tool/common/verbs.inc"
};

static const struct verb *find_allowed(const struct tool *tool, const char *name)
{
        const struct verb *verb = tool_find_verb(name);

        return verb && (verb->classic || !tool->classic) ? verb : NULL;
}

/* What other programs call it. */
static const char *find_synonym(const struct tool *tool, const char *word)
{
        static const char *const synonyms[][2] = {
                { "list", "query" },   { "ls", "query" },     { "show", "query" },
                { "status", "query" }, { "reload", "apply" }, { "up", "start" },
                { "down", "stop" },    { "test", "verify" },  { "clear", "reset" },
                { "enable", "start" }, { "disable", "stop" },
        };

        for (size_t i = 0; i < ELEMENTSOF(synonyms); i++)
                if (strcmp(word, synonyms[i][0]) == 0 && find_allowed(tool, synonyms[i][1]))
                        return synonyms[i][1];
        return NULL;
}

static int say_unknown(const struct tool *tool, const char *word)
{
        struct nearest nearest = NEAREST_TO(word);
        const char *synonym = find_synonym(tool, word);

        for (const struct verb *verb = tool_verbs; verb->name; verb++)
                if (verb->classic || !tool->classic)
                        nearest_consider(&nearest, verb->name);

        fprintf(tool->out, "Unknown operation (%s) specified\n", word);
        if (synonym || nearest.word)
                fprintf(tool->out, "Did you mean %s?\n", synonym ?: nearest.word);
        fprintf(tool->out, "Do %s help for help\n", tool->name);
        return -EINVAL;
}

static int say_wrong_count(const struct tool *tool, const struct verb *verb)
{
        fprintf(tool->out, "Unexpected number of arguments to %s: %s %s", verb->name, tool->name,
                verb->name);
        verb_print_synopsis(verb, tool->classic, tool->out);
        fputc('\n', tool->out);
        fprintf(tool->out, "Do %s help%s%s for help\n", tool->name, tool->classic ? "" : " ",
                tool->classic ? "" : verb->name);
        return -EINVAL;
}

/* Exactly as the replaced script's users may write it. */
static bool is_classic_option(const struct verb *verb, const char *word)
{
        if (strncmp(word, "--", 2) != 0)
                return false;
        for (const enum option_id *id = verb->classic_options; *id != OPTION_NONE; id++)
                if (strcmp(word + 2, tool_option(*id)->name) == 0)
                        return true;
        return false;
}

/* Whether the verb called with these words is over at WORD, having got N_WORDS already. */
static bool ends_before(const struct tool *tool, const struct verb *verb, const char *word,
                        unsigned n_words)
{
        const struct verb *next;

        if (n_words < verb->min_args)
                return false;
        if (tool->classic)
                return !is_classic_option(verb, word);
        if (!verb->in_a_row)
                return false;
        if (word[0] == '-')
                return false;

        next = tool_find_verb(word);
        return n_words >= verb->max_args || (next && next->in_a_row);
}

/* The script ran whatever came behind "help". Who ends a line with "help reset" wants to know what
 * reset does, and not to lose his regions. */
static bool asks_about_command(const struct tool *tool, const struct verb *verb, char **words)
{
        return tool->classic && verb->words[0] == WORD_VERB && words[1] && !words[2] &&
               find_allowed(tool, words[1]);
}

/* How many of WORDS, of which the first is the verb's name, are this command. */
static int measure(const struct tool *tool, const struct verb *verb, char **words, int *ret)
{
        unsigned n_words = 0;
        bool only_words = false;
        int n = 1;

        if (asks_about_command(tool, verb, words)) {
                *ret = 2;
                return 0;
        }
        for (; words[n]; n++) {
                if (!only_words && ends_before(tool, verb, words[n], n_words))
                        break;
                if (!tool->classic && !only_words && strcmp(words[n], "--") == 0)
                        only_words = true;
                else if (only_words || n_words < verb->min_args || words[n][0] != '-')
                        n_words++;
                else if (words[n + 1] && verb_takes_next(verb, tool->classic, words[n]))
                        n++;
        }
        if (n_words < verb->min_args || n_words > verb->max_args)
                return say_wrong_count(tool, verb);

        *ret = n;
        return 0;
}

static int add_command(struct command_line *line, const struct verb *verb, char **words, int n)
{
        struct command *commands;
        _cleanup_free_ char **argv = NULL;

        argv = calloc((size_t) n + 1, sizeof(*argv));
        if (!argv)
                return log_oom();
        memcpy(argv, words, (size_t) n * sizeof(*argv));

        commands = reallocarray(line->commands, line->n_commands + 1, sizeof(*commands));
        if (!commands)
                return log_oom();
        line->commands = commands;
        line->commands[line->n_commands++] =
                (struct command){ .verb = verb, .argc = n, .argv = TAKE_PTR(argv) };
        return 0;
}

static bool asks_for_help(char **words, int n)
{
        for (int i = 1; i < n; i++)
                if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
                        return true;
        return false;
}

/* "query --help" is "help query", and needs no further arguments. */
static int add_help(struct command_line *line, const struct verb *verb)
{
        char *words[] = { (char *) "help", (char *) verb->name };

        return add_command(line, tool_find_verb("help"), words, 2);
}

int command_line_parse(const struct tool *tool, char **words, struct command_line *ret)
{
        _cleanup_command_line_ struct command_line line = {};
        int n, r;

        if (!*words) {
                fprintf(tool->out, "Commands not specified\nDo %s help for help\n", tool->name);
                return -EINVAL;
        }

        for (; *words; words += n) {
                const struct verb *verb = find_allowed(tool, *words);

                if (!verb)
                        return say_unknown(tool, *words);
                for (n = 0; words[n]; n++)
                        ;
                if (!tool->classic && asks_for_help(words, n)) {
                        r = add_help(&line, verb);
                } else {
                        r = measure(tool, verb, words, &n);
                        if (r >= 0)
                                r = add_command(&line, verb, words, n);
                }
                if (r < 0)
                        return r;
        }

        *ret = line;
        line = (struct command_line){};
        return 0;
}

static int run_command(struct tool *tool, const struct command *command)
{
        int r;

        if (command->verb->privileged && !tool->privileged && !command->verb->in_a_row) {
                log_error("%s changes the whole machine: run it as root or with sudo",
                          command->verb->name);
                return TOOL_FAILED;
        }
        if (command->verb->privileged && !tool->privileged)
                return outcome_refuse_unprivileged(tool, command->argc, command->argv);

        optind = 0;
        r = runs[command->verb - tool_verbs](tool, command->argc, command->argv);
        fflush(tool->out);
        return r < 0 ? TOOL_FAILED : r;
}

int command_line_run(struct tool *tool, const struct command_line *line)
{
        for (size_t i = 0; i < line->n_commands; i++) {
                int r = run_command(tool, &line->commands[i]);

                if (r != TOOL_OK)
                        return r;
        }
        return TOOL_OK;
}

void command_line_done(struct command_line *line)
{
        for (size_t i = 0; i < line->n_commands; i++)
                free(line->commands[i].argv);
        free(line->commands);
        *line = (struct command_line){};
}

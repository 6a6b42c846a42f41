/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/commands.h"

#include <string.h>

#include "basic/log.h"
#include "basic/nearest.h"
#include "helpers/tool/classic/legacy-result.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/verbs.h"

/* In the order of tool_verbs. */
static const verb_run_t runs[] = {
#define OPTION(...)
#define VERB(id, ...) verb_##id,
#include "helpers/tool/common/verbs.inc"
};

static const struct verb *find_allowed(const struct tool *tool, const char *name)
{
        const struct verb *verb = tool_find_verb(name);

        return verb && (verb->classic || !tool->classic) ? verb : NULL;
}

/* Names used by other programs. */
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

        fprintf(tool->errors, "Unknown operation (%s) specified\n", word);
        if (synonym || nearest.word)
                fprintf(tool->errors, "Did you mean %s?\n", synonym ?: nearest.word);
        fprintf(tool->errors, "Do %s help for help\n", tool->name);
        return -EINVAL;
}

static int say_wrong_count(const struct tool *tool, const struct verb *verb)
{
        fprintf(tool->errors, "Unexpected number of arguments to %s: %s %s", verb->name, tool->name,
                verb->name);
        verb_print_synopsis(verb, tool->classic, tool->errors);
        fputc('\n', tool->errors);
        fprintf(tool->errors, "Do %s help%s%s for help\n", tool->name, tool->classic ? "" : " ",
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

/* The script executed the commands after "help". A user who ends a line with "help reset" wants to
 * read about reset, and not to lose regions. */
static bool asks_about_command(const struct tool *tool, const struct verb *verb, char **words)
{
        return tool->classic && verb->words[0] == WORD_VERB && words[1] && !words[2] &&
               find_allowed(tool, words[1]);
}

/* The words of one command: its options with their values, and the others. */
struct split {
        char **options, **others;
        int n_options;
        unsigned n_others;
        bool dashes; /* "--" is needed between them */
};

static void split_done(struct split *split)
{
        free(split->options);
        free(split->others);
}

/* Whether WORD is an option of VERB, which has got N_OTHERS other words. Where another command can follow, one
 * that VERB must have may begin with "-": a mode, "-w". */
static bool is_option(const struct tool *tool, const struct verb *verb, const char *word,
                      unsigned n_others)
{
        if (word[0] != '-')
                return false;
        return !verb->in_a_row || n_others >= verb->min_args ||
               (!tool->classic && strncmp(word, "--", 2) == 0);
}

/* Takes one command from WORDS, of which the first is the verb's name. Returns how many words it
 * has. */
static int split_words(const struct tool *tool, const struct verb *verb, char **words,
                       struct split *split)
{
        bool only_others = false;
        int n = 1;

        for (; words[n]; n++) {
                if (!only_others && ends_before(tool, verb, words[n], split->n_others))
                        break;
                if (!tool->classic && !only_others && strcmp(words[n], "--") == 0) {
                        only_others = split->dashes = true;
                } else if (only_others || !is_option(tool, verb, words[n], split->n_others)) {
                        split->dashes |= words[n][0] == '-';
                        split->others[split->n_others++] = words[n];
                } else {
                        split->options[split->n_options++] = words[n];
                        if (words[n + 1] && verb_takes_next(verb, tool->classic, words[n]))
                                split->options[split->n_options++] = words[++n];
                }
        }
        return n;
}

/* ARGV for getopt_long(3): the options come first. */
static int add_command(struct command_line *line, const struct tool *tool, const struct verb *verb,
                       const struct split *split)
{
        _cleanup_free_ char **argv = NULL;
        struct command *commands;
        int argc = 0;

        argv = calloc((size_t) split->n_options + split->n_others + 3, sizeof(*argv));
        if (!argv)
                return log_oom();
        argv[argc++] = (char *) verb->name;
        for (int i = 0; i < split->n_options; i++)
                argv[argc++] = split->options[i];
        if (split->dashes && !tool->classic)
                argv[argc++] = (char *) "--";
        for (unsigned i = 0; i < split->n_others; i++)
                argv[argc++] = split->others[i];

        commands = reallocarray(line->commands, line->n_commands + 1, sizeof(*commands));
        if (!commands)
                return log_oom();
        line->commands = commands;
        line->commands[line->n_commands++] =
                (struct command){ .verb = verb, .argc = argc, .argv = TAKE_PTR(argv) };
        return 0;
}

static int count_words(char **words)
{
        int n = 0;

        while (words[n])
                n++;
        return n;
}

/* Adds the command that WORDS begin with. Returns how many words it has. */
static int take_command(struct command_line *line, const struct tool *tool, const struct verb *verb,
                        char **words)
{
        _cleanup_(split_done) struct split split = {};
        size_t n_max = (size_t) count_words(words);
        int n, r;

        split.options = calloc(n_max, sizeof(*split.options));
        split.others = calloc(n_max, sizeof(*split.others));
        if (!split.options || !split.others)
                return log_oom();

        if (asks_about_command(tool, verb, words)) {
                split.others[split.n_others++] = words[1];
                n = 2;
        } else {
                n = split_words(tool, verb, words, &split);
                if (split.n_others < verb->min_args || split.n_others > verb->max_args)
                        return say_wrong_count(tool, verb);
        }

        r = add_command(line, tool, verb, &split);
        return r < 0 ? r : n;
}

static bool asks_for_help(char **words)
{
        for (words++; *words; words++)
                if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
                        return true;
        return false;
}

/* "query --help" is "help query", and needs no further arguments. */
static int take_help(struct command_line *line, const struct tool *tool, const struct verb *verb,
                     char **words)
{
        char *name = (char *) verb->name;
        int r = add_command(line, tool, tool_find_verb("help"),
                            &(struct split){ .others = &name, .n_others = 1 });

        return r < 0 ? r : count_words(words);
}

int command_line_parse(const struct tool *tool, char **words, struct command_line *ret)
{
        _cleanup_command_line_ struct command_line line = {};
        int n;

        if (!*words) {
                fprintf(tool->errors, "Commands not specified\nDo %s help for help\n", tool->name);
                return -EINVAL;
        }

        for (; *words; words += n) {
                const struct verb *verb = find_allowed(tool, *words);

                if (!verb)
                        return say_unknown(tool, *words);
                n = !tool->classic && asks_for_help(words) ? take_help(&line, tool, verb, words)
                                                           : take_command(&line, tool, verb, words);
                if (n < 0)
                        return n;
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several commands in a row, under both names of the tool. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/tool/commands.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/verbs.h"

#define MAX_WORDS 16

struct row {
        const char *line;   /* words, separated by one blank; "''" is an empty one */
        const char *expect; /* the commands, separated by " ; "; or what is said: "!text" */
        bool classic;
};

static const struct row rows[] = {
        /* As found in practice. */
        { "init 0775 alice ''", "init 0775 alice ''", true },
        { "alloc 64 gigantic 0", "alloc 64 gigantic 0", true },
        { "alloc 32 gigantic 0 alloc 512 huge 0", "alloc 32 gigantic 0 ; alloc 512 huge 0", true },
        { "free huge 0", "free huge 0", true },
        { "query reset fini fini help", "query ; reset ; fini ; fini ; help", true },
        { "alloc 1 huge fini", "alloc 1 huge fini", true },
        { "", "!Commands not specified", true },
        { "frobnicate", "!Unknown operation (frobnicate) specified", true },
        { "query frobnicate", "!Unknown operation (frobnicate) specified", true },
        { "verify", "!Unknown operation (verify) specified", true },
        { "query --json", "query --json", true },
        { "query --json reset", "query --json ; reset", true },
        { "reset --json", "!Unknown operation (--json) specified", true },
        { "query lab", "!Unknown operation (lab) specified", true },
        /* Who ends a line with it wants to know, and not to lose his regions. */
        { "help reset", "help reset", true },
        { "query help fini", "query ; help fini", true },
        { "help verify", "!Unknown operation (verify) specified", true },
        { "help fini query", "help ; fini ; query", true },
        { "alloc 4 huge", "!Unexpected number of arguments to alloc", true },
        { "free huge", "!Unexpected number of arguments to free", true },
        { "init 0700 alice", "!Unexpected number of arguments to init", true },
        { "qurey", "!Did you mean query?", true },

        /* The same under the new name, and what it has besides. */
        { "alloc 32 gigantic 0 alloc 512 huge 0", "alloc 32 gigantic 0 ; alloc 512 huge 0", false },
        { "init 0775 alice '' query fini", "init 0775 alice '' ; query ; fini", false },
        { "init -w alice ''", "init -- -w alice ''", false },
        { "init -w alice ''", "init -w alice ''", true },
        { "query --json lab", "query --json lab", false },
        { "query lab reset lab", "query lab ; reset lab", false },
        { "query --json reset", "query --json ; reset", false },
        { "reset -- query", "reset -- query", false },
        { "verify --units init", "verify --units init", false },
        { "help query", "help query", false },
        { "alloc --help", "help alloc", false },
        { "query -h", "help query", false },
        { "verify --root dir file", "verify --root dir file", false },
        { "verify --root=dir a b", "!Unexpected number of arguments to verify", false },
        { "verify --units a b", "!Unexpected number of arguments to verify", false },
        { "defrag --node 0 --for 4:huge", "defrag --node 0 --for 4:huge", false },
        { "defrag --no 0", "defrag --no 0", false },
        { "defrag --node=0 0", "!Unexpected number of arguments to defrag", false },
        { "defrag -- 0", "!Unexpected number of arguments to defrag", false },
        { "verify a b", "!Unexpected number of arguments to verify", false },
        { "verfy", "!Did you mean verify?", false },
        { "list", "!Did you mean query?", false },
        { "list", "!Did you mean query?", true },
        { "alloc 4", "!Do tool help alloc for help", false },
        { "alloc 4", "!Do tool help for help", true },
        { "", "!Commands not specified", false },
};

static size_t split(char *line, char **words)
{
        size_t n = 0;
        char *word;

        while ((word = strsep(&line, " ")) && n < MAX_WORDS - 1)
                if (*word)
                        words[n++] = strcmp(word, "''") == 0 ? (char *) "" : word;
        words[n] = NULL;
        return n;
}

static void print_commands(const struct command_line *line, FILE *out)
{
        for (size_t i = 0; i < line->n_commands; i++) {
                const struct command *command = &line->commands[i];

                assert_string_equal(command->verb->name, command->argv[0]);
                assert_null(command->argv[command->argc]);
                for (int k = 0; k < command->argc; k++)
                        fprintf(out, "%s%s",
                                k > 0   ? " "
                                : i > 0 ? " ; "
                                        : "",
                                *command->argv[k] ? command->argv[k] : "''");
        }
}

static void check_row(const struct row *row)
{
        _cleanup_command_line_ struct command_line line = {};
        _cleanup_free_ char *words_text = strdup(row->line), *said = NULL;
        struct tool tool = { .machine = MACHINE_NULL, .classic = row->classic, .name = "tool" };
        char *words[MAX_WORDS];
        size_t size;
        int r;

        tool.out = tool.errors = open_memstream(&said, &size);
        split(words_text, words);
        r = command_line_parse(&tool, words, &line);
        if (r >= 0)
                print_commands(&line, tool.out);
        fclose(tool.out);

        if (row->expect[0] == '!') {
                if (r >= 0 || !strstr(said, row->expect + 1))
                        fail_msg("'%s': said '%s' instead of '%s'", row->line, said,
                                 row->expect + 1);
        } else if (r < 0 || strcmp(said, row->expect) != 0) {
                fail_msg("'%s': understood as '%s' instead of '%s'", row->line, said, row->expect);
        }
}

/* What the help offers can be typed: no word of it is a command that would run instead. */
static void test_classic_help(void **state)
{
        struct tool tool = {
                .machine = MACHINE_NULL, .classic = true, .name = "tool", .path = "/x"
        };
        _cleanup_free_ char *said = NULL;
        char *words[] = { (char *) "help", NULL };
        size_t size;

        tool.out = open_memstream(&said, &size);
        assert_int_equal(verb_help(&tool, 1, words), TOOL_OK);
        fclose(tool.out);
        assert_null(strstr(said, "DOMAIN"));
        assert_null(strstr(said, "verify"));
        assert_non_null(strstr(said, "  query [--json]\n"));
        assert_non_null(strstr(said, "  reset\n"));
}

/* Every option of the table is known to getopt_long(3), and with its own id. */
static void check_options(const struct verb *verb)
{
        struct tool tool = { .machine = MACHINE_NULL, .name = "tool" };

        for (const enum option_id *id = verb->options; *id != OPTION_NONE; id++) {
                const struct tool_option *option = tool_option(*id);
                _cleanup_free_ char *word = NULL;
                char *argv[] = { (char *) verb->name, NULL, NULL };

                assert_true(asprintf(&word, "--%s%s", option->name,
                                     option->value == WORD_NONE ? "" : "=x") > 0);
                argv[1] = word;
                optind = 0;
                assert_int_equal(tool_next_option(&tool, 2, argv), *id);
                assert_int_equal(tool_next_option(&tool, 2, argv), -1);
        }
}

/* An option that no verb has would be known to nobody. */
static void test_options_used(void **state)
{
        for (int id = OPTIONS_BEGIN + 1; id < OPTIONS_END; id++) {
                bool used = false;

                for (const struct verb *verb = tool_verbs; verb->name; verb++)
                        for (const enum option_id *own = verb->options; *own != OPTION_NONE; own++)
                                used |= (int) *own == id;
                if (!used)
                        fail_msg("no verb has --%s", tool_option(id)->name);
        }
}

static void test_rows(void **state)
{
        for (size_t i = 0; i < ELEMENTSOF(rows); i++)
                check_row(&rows[i]);
}

static void test_table(void **state)
{
        for (const struct verb *verb = tool_verbs; verb->name; verb++) {
                assert_true(verb->min_args <= verb->max_args);
                assert_true(strlen(verb->help) > 0);
                assert_true(strlen(verb->summary) < 68);
                check_options(verb);
                assert_ptr_equal(tool_find_verb(verb->name), verb);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_rows),
                cmocka_unit_test(test_classic_help),
                cmocka_unit_test(test_table),
                cmocka_unit_test(test_options_used),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

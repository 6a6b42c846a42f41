/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/legacy-result.h"

#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/tool/common/options.h"

/* The reason continues a sentence, "alloc 8 huge 0: fail, ...": its first word loses its capital. */
static void keep_reason(int level, const char *message, void *userdata)
{
        struct outcome *outcome = userdata;

        if (level <= LOG_ERR && !outcome->reason) {
                outcome->reason = strdup(message);
                if (outcome->reason) {
                        if (message[0] && islower((unsigned char) message[1]))
                                outcome->reason[0] = (char) tolower((unsigned char) message[0]);
                        return;
                }
        }
        fprintf(level >= LOG_INFO ? outcome->tool->out : stderr, "%s\n", message);
}

void outcome_begin(struct outcome *outcome, struct tool *tool, int argc, char **argv)
{
        *outcome = (struct outcome){ .tool = tool, .argc = argc, .argv = argv };
        log_set_sink(keep_reason, outcome);
        log_set_max_level(LOG_NOTICE); /* expected results are reported as "success" */
}

int outcome_parse(struct outcome *outcome, struct tool *tool, int argc, char **argv)
{
        bool dry_run = false;
        int c;

        optind = tool->classic ? 1 : 0;
        while (!tool->classic && (c = tool_next_option(tool, argc, argv)) >= 0) {
                if (c != OPTION_DRY_RUN)
                        return tool_usage(tool, argv[0]);
                dry_run = true;
        }
        outcome_begin(outcome, tool, argc, argv);
        outcome->dry_run = dry_run;
        return TOOL_OK;
}

static void print_command(int argc, char **argv, FILE *out)
{
        for (int i = 0; i < argc; i++)
                fprintf(out, "%s%s", i > 0 ? " " : "", argv[i]);
}

int outcome_end(struct outcome *outcome, int r)
{
        struct tool *tool = outcome->tool;
        _cleanup_free_ char *reason = outcome->reason;

        log_set_sink(NULL, NULL);
        log_set_max_level(LOG_INFO);
        outcome->reason = NULL;
        if (r >= 0 && reason)
                fprintf(stderr, "%s\n", reason);
        if (r >= 0 && outcome->dry_run)
                return TOOL_OK;
        if (r >= 0) {
                print_command(outcome->argc, outcome->argv, tool->out);
                fputs(": success\n", tool->out);
                return TOOL_OK;
        }

        print_command(outcome->argc, outcome->argv, tool->errors);
        fprintf(tool->errors, ": fail, %s\nDo %s help for help\n", reason ? reason : strerror(-r),
                tool->name);
        return TOOL_FAILED;
}

int outcome_refuse_unprivileged(struct tool *tool, int argc, char **argv)
{
        return outcome_refuse(tool, argc, argv,
                              "not running as superuser: %s changes pages and mounts of the whole "
                              "machine; run it as root or with sudo",
                              argv[0]);
}

int outcome_refuse(struct tool *tool, int argc, char **argv, const char *format, ...)
{
        va_list args;

        print_command(argc, argv, tool->errors);
        fputs(": fail, ", tool->errors);
        va_start(args, format);
        vfprintf(tool->errors, format, args);
        va_end(args);
        fprintf(tool->errors, "\nDo %s help for help\n", tool->name);
        return TOOL_FAILED;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A command line is one or more commands in a row. It is parsed as a whole before the first one
 * runs, so that a mistake in the third command does not leave the first two executed. */

#include <stddef.h>

#include "basic/cleanup.h"
#include "helpers/tool/common/tool.h"

struct command {
        const struct verb *verb;
        int argc;
        char **argv; /* ended by NULL; the strings are the command line's */
};

struct command_line {
        struct command *commands;
        size_t n_commands;
};

/* Splits the WORDS after the program's name, as tool.h describes. -EINVAL, reported on TOOL->errors
 * with the most similar word, if any. */
int command_line_parse(const struct tool *tool, char **words, struct command_line *ret);

/* Runs the commands up to the first that does not end with TOOL_OK; returns its enum tool_exit. */
int command_line_run(struct tool *tool, const struct command_line *line);

void command_line_done(struct command_line *line);

#define _cleanup_command_line_ _cleanup_(command_line_done)

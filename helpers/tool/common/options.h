/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The options of verbs, as listed in verbs.inc. */

#include "helpers/tool/common/verbs.h"

struct tool;

/* As getopt_long(3) for the verb argv[0]: the enum option_id of the next option in ARGV, with its value,
 * if it has one, in optarg; -1 if there are no more, and optind is that of the first other word.
 * OPTION_NONE: an error, which has been reported; return tool_usage(). */
int tool_next_option(const struct tool *tool, int argc, char **argv);

/* Whether the word after WORD, which begins with "-", is the value of the option that it ends with. */
bool verb_takes_next(const struct verb *verb, bool classic, const char *word);

/* To be called after an error in the command line was reported: prints where to look (VERB may be
 * NULL), and returns TOOL_FAILED. */
int tool_usage(const struct tool *tool, const char *verb);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* fd-shmem(8), the program for people: a table of verbs, and what all verbs are given. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "helpers/modules/machine.h"

/* Exit statuses, as fd-shmem(8) documents them. */
enum tool_exit {
        TOOL_OK = 0,
        TOOL_FAILED = 1,  /* an error, which has been said; also wrong usage, as in the old tool */
        TOOL_CHANGES = 2, /* plan, start, restart: something differs from the configuration */
};

#define TOOL_PATH_DEFAULT "/mnt/.fd"

/* What every verb gets. A test fills it with a fake tree; main() with this machine. */
struct tool {
        /* state is -1 if there is no ledger (nothing was ever started) and nobody may make one:
         * unprivileged verbs take that as an empty ledger. */
        struct machine machine;
        int root;        /* the directory below which the configuration is read: /; -1: it is not */
        bool privileged; /* effective user is root */
        bool classic; /* called as fd_shmem_cfg: the replaced script's commands and nothing else */
        const char *name; /* how the user called us, for "see 'NAME help'" */
        const char *path; /* the domain of the old verbs: $FD_SHMEM_PATH, or TOOL_PATH_DEFAULT */
        FILE *out;        /* what the verb prints; stdout. Errors go to log_error() */
};

#define TOOL_NULL                                   \
        {                                           \
                .machine = MACHINE_NULL, .root = -1 \
        }

struct verb {
        const char *name;
        /* Words after the verb that are not options. Verbs with IN_A_ROW may be followed by another
         * command on the same line: such a verb takes min_args words, then further ones up to
         * max_args until a word is the name of a verb with IN_A_ROW; words that begin with "-" are
         * its options (values by "=") unless they are one of the first min_args. */
        unsigned min_args, max_args;
        bool in_a_row;
        bool classic;         /* known to fd_shmem_cfg, with exactly min_args words */
        bool privileged;      /* refused, before anything is done, unless root */
        const char *synopsis; /* arguments as shown after the name: "[--json] [DOMAIN]" */
        const char *summary;  /* one line, no full stop */
        const char *help;     /* what "help VERB" prints: paragraphs, lines up to 78 columns */
        /* What differs for fd_shmem_cfg, where further words are commands of their own; NULL: nothing
         * does. One option, exactly so written, may follow the verb there. */
        const char *classic_option;
        const char *classic_synopsis;
        const char *classic_help;

        /* argv[0] is the verb's name, argv[argc] is NULL; parse options with getopt_long() (optind
         * is 0 at entry). Returns enum tool_exit, or a negative errno that has been logged, which
         * ends as TOOL_FAILED. */
        int (*run)(struct tool *tool, int argc, char **argv);
};

/* The table, in the order of the help, ended by a row with name NULL (verbs.c). */
extern const struct verb tool_verbs[];
const struct verb *tool_find_verb(const char *name);

/* The arguments of VERB under the name that the tool was called by. */
const char *tool_synopsis(const struct tool *tool, const struct verb *verb);

/* A verb's unknown option or missing argument has been said by getopt_long(): adds where to look,
 * and returns TOOL_FAILED. */
int tool_usage(const struct tool *tool, const char *verb);

int verb_query(struct tool *tool, int argc, char **argv); /* query.c */
int verb_check(struct tool *tool, int argc, char **argv); /* check.c */
int verb_plan(struct tool *tool, int argc, char **argv);  /* plan.c */
int verb_apply(struct tool *tool, int argc, char **argv); /* apply/ */
int verb_start(struct tool *tool, int argc, char **argv);
int verb_restart(struct tool *tool, int argc, char **argv);
int verb_stop(struct tool *tool, int argc, char **argv);
int verb_cmdline(struct tool *tool, int argc, char **argv); /* cmdline.c */
int verb_verify(struct tool *tool, int argc, char **argv);
int verb_reset(struct tool *tool, int argc, char **argv);
int verb_init(struct tool *tool, int argc, char **argv);
int verb_fini(struct tool *tool, int argc, char **argv);
int verb_alloc(struct tool *tool, int argc, char **argv);
int verb_free(struct tool *tool, int argc, char **argv);
int verb_defrag(struct tool *tool, int argc, char **argv);
int verb_help(struct tool *tool, int argc, char **argv);

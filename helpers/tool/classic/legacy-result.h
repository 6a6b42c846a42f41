/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How the verbs of the replaced script report their result: one line that begins with the command as it was
 * given, "alloc 4 huge 0: success" or "alloc 4 huge 0: fail, WHY". Programs that call fd_shmem_cfg read both on
 * standard output; fd-shmem writes failures to standard error. */

#include "helpers/tool/common/tool.h"

struct outcome {
        struct tool *tool;
        int argc;
        char **argv;
        bool dry_run; /* nothing was done: success is not reported */
        char *reason; /* the first error logged since outcome_begin() */
};

/* From now on the first error logged is kept as the reason; all others go to standard error. */
void outcome_begin(struct outcome *outcome, struct tool *tool, int argc, char **argv);

/* The same after the options in ARGV were read; as fd_shmem_cfg there are none. TOOL_OK: the words begin at
 * ARGV[optind]; else the exit status of wrong usage. */
int outcome_parse(struct outcome *outcome, struct tool *tool, int argc, char **argv);

/* Prints "...: success" if R >= 0, else "...: fail, " with the reason, or strerror(R) if nothing
 * was logged. Returns the exit status. */
int outcome_end(struct outcome *outcome, int r);

/* Prints "...: fail, ..." for a command that was not started. Returns TOOL_FAILED. */
int outcome_refuse(struct tool *tool, int argc, char **argv, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

/* The same for a lack of root privileges. */
int outcome_refuse_unprivileged(struct tool *tool, int argc, char **argv);

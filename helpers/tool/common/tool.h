/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* fd-shmem(8), the program for people: a table of verbs, and the context passed to all of them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "helpers/modules/kernel/machine.h"

/* Exit statuses, which fd-shmem(8) has in one table; 3 and 4 as systemctl(1) has them. */
enum tool_exit {
        TOOL_OK = 0,
        TOOL_FAILED = 1,    /* a reported error; wrong usage; check: something is wrong */
        TOOL_CHANGES = 2,   /* plan, start, restart: something differs from the configuration */
        TOOL_DOWN = 3,      /* status: the domain is not up; is-ready: not up, or damaged */
        TOOL_NO_DOMAIN = 4, /* status, is-ready: there is no such domain */
};

#define TOOL_PATH_DEFAULT "/mnt/.fd"

/* The context of every verb. A test sets up a fake tree; main() uses this machine. */
struct tool {
        /* state is -1 if there is no ledger (nothing was ever started) and it may not be created:
         * unprivileged verbs take that as an empty ledger. */
        struct machine machine;
        int root;        /* the directory below which the configuration is read: /; -1: it is not */
        bool image;      /* ROOT is an image (--root=): none of its domains is up here */
        bool privileged; /* effective user is root */
        bool classic; /* called as fd_shmem_cfg: the replaced script's commands and nothing else */
        const char *name; /* how the user called us, for "see 'NAME help'" */
        const char *path; /* the domain of the old verbs: $FD_SHMEM_PATH, or TOOL_PATH_DEFAULT */
        FILE *out;        /* output of the verb; stdout */
        FILE *errors; /* wrong usage and failed commands: stderr; as fd_shmem_cfg stdout, like the
                           * script. All else goes to log_error() */
};

#define TOOL_NULL                                   \
        {                                           \
                .machine = MACHINE_NULL, .root = -1 \
        }

/* The verbs. ARGV[0] is the verb's name, ARGV[ARGC] is NULL; optind is 0 at entry. They return enum
 * tool_exit, or a negative errno that has been logged, which ends as TOOL_FAILED. */
typedef int (*verb_run_t)(struct tool *tool, int argc, char **argv);
#define OPTION(...)
#define VERB(id, ...) int verb_##id(struct tool *tool, int argc, char **argv);
#include "helpers/tool/common/verbs.inc"

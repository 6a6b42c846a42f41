/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One process, looked at for what it holds. */

#include "helpers/modules/holders/holder.h"

/* The look at one process. */
struct holder_visit {
        const struct holder_search *search;
        int process;
        struct holder found[N_PAGE_TYPES]; /* by target */
        unsigned *budget;                  /* NULL: it has access, and is looked at in full */
};

int holder_open_process(int procfs, pid_t pid);

/* The name of its command; NULL: it has ended. Caller frees. */
char *holder_read_command(int process);

/* Fills in who it is, and adds to LIST what the visit found. */
int holder_visit_take(struct holder_visit *visit, pid_t pid, struct holder_list *list);

/* Looks at its files, within BUDGET links (NULL: in full), and adds to LIST what it holds. */
int holder_visit_files(const struct holder_search *search, pid_t pid, unsigned *budget,
                       struct holder_list *list);

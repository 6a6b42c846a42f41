/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The search of one process for files that it holds. */

#include "helpers/modules/holders/holder.h"

/* The search of one process. */
struct holder_visit {
        const struct holder_search *search;
        int process;
        struct holder found[N_PAGE_TYPES]; /* by target */
        unsigned *budget;                  /* NULL: it has access, and is searched in full */
};

int holder_open_process(int procfs, pid_t pid);

/* The name of its command; NULL: it has ended. Caller frees. */
char *holder_read_command(int process);

/* Fills in the identity of the process, and adds the results of the search to LIST. */
int holder_visit_take(struct holder_visit *visit, pid_t pid, struct holder_list *list);

/* Searches its files, within BUDGET links (NULL: in full), and adds those that it holds to LIST. */
int holder_visit_files(const struct holder_search *search, pid_t pid, unsigned *budget,
                       struct holder_list *list);

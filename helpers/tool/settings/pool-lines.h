/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lines of sysctl.d(5) and tmpfiles.d(5) that write pools of huge pages. */

#include "basic/words/page-size.h"

struct pool_line {
        const char *file; /* below the root */
        unsigned line;
        const char *what; /* the key, or the file of the kernel */
        const char *value;
        struct page_size size;
        int node; /* -1: all nodes together */
};

typedef void (*pool_line_t)(const struct pool_line *line, void *userdata);

/* Passes each of them below the directory ROOT to TAKE, in the order in which they are applied: sysctl.d first.
 * Negative errno. */
int pool_lines_read(int root, pool_line_t take, void *userdata);

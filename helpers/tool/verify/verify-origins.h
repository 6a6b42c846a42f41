/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which file says what, and what comes of there being several. */

#include <stdio.h>

#include "conf/model.h"

struct origin {
        char *section;
        char *key; /* NULL: the header */
        char *file;
        unsigned line;
        size_t order;
};

struct origins {
        struct origin *items;
        size_t n, room;
        bool incomplete; /* out of memory */
};

/* For config_load_watched(). */
void origins_add(struct origins *origins, const char *section, const char *key, const char *file,
                 unsigned line);

/* Warns of what an administrator's file says in vain, since a package's is read later, and of sections
 * that look like a misspelt one. -ENOMEM, logged. */
int origins_check(struct origins *origins, config_report_t report, void *userdata);

/* Prints where what holds for all domains was decided; after origins_check(). */
void origins_print_globals(const struct origins *origins, FILE *out);

void origins_done(struct origins *origins);

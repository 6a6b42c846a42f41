/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which file contains which setting, and the effect of settings in several files. */

#include <stdio.h>

#include "conf/load.h"

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

/* Warns about settings in an administrator's file that have no effect because a package's file is
 * read later, and about sections with a name that looks misspelt. -ENOMEM, logged. */
int origins_check(struct origins *origins, config_report_t report, void *userdata);

/* Prints the origin of the settings for all domains; to be called after origins_check(). */
void origins_print_globals(const struct origins *origins, FILE *out);

void origins_done(struct origins *origins);

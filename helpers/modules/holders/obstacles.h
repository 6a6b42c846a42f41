/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stands in the way of unmounting, for people and for who waits until it is gone. */

#include "helpers/modules/holders/holders.h"

struct obstacles {
        struct holder_list holders;
        char *text; /* for people, one line per obstacle, each ending in a newline; NULL if none */
};

/* Adds a line. Errors are logged. */
int obstacles_add(struct obstacles *obstacles, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/* Adds lines that name the holders from index FIRST on; PATHS are the mounts by type. */
int obstacles_name_holders(struct obstacles *obstacles, size_t first,
                           const char *const paths[N_PAGE_TYPES]);

/* Logs the text, one message per line. */
void obstacles_log(const struct obstacles *obstacles, int level);

void obstacles_done(struct obstacles *obstacles);

#define _cleanup_obstacles_ _cleanup_(obstacles_done)

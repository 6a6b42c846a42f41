/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The reasons why a mount cannot be unmounted, as text and as processes to wait for. */

#include "helpers/modules/holders/holders.h"

struct blockers {
        struct holder_list holders;
        char *text; /* for people, one line each, each ending in a newline; NULL if none */
};

/* Adds a line. Errors are logged. */
int blockers_add(struct blockers *blockers, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/* Adds lines that name the holders from index FIRST on; PATHS are the mounts by type. */
int blockers_name_holders(struct blockers *blockers, size_t first,
                          const char *const paths[N_PAGE_TYPES]);

/* Logs the text, one message per line. */
void blockers_log(const struct blockers *blockers, int level);

void blockers_done(struct blockers *blockers);

#define _cleanup_blockers_ _cleanup_(blockers_done)

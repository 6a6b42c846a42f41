/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lists of strings, ended by NULL; NULL itself is the empty list. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"

/* Adds a copy of STRING to the list of *N strings. -ENOMEM. */
int string_list_add(char ***list, size_t *n, const char *string);

/* Whether one of LIST is STRING. */
bool string_list_contains(char *const *list, const char *string);

/* Frees each string and the list. */
void string_list_free(char **list);

static inline void string_list_freep(char ***list)
{
        string_list_free(*list);
}

#define _cleanup_strings_ _cleanup_(string_list_freep)

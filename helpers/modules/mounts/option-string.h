/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Mount options as one string: "rw,pagesize=2M,min_size=4194304". */

#include <stdbool.h>
#include <stddef.h>

struct mount_option {
        const char *name, *value; /* in the string, neither ends there; VALUE is NULL without "=" */
        size_t name_length, value_length;
};

/* Takes the next option of *CURSOR, which begins as the whole string. False: there is none. */
bool option_string_next(const char **cursor, struct mount_option *ret);

/* The value of the option NAME, *RET_LENGTH long. False: it is missing, or has no value. */
bool option_string_get(const char *options, const char *name, const char **ret, size_t *ret_length);

/* A copy of the value of the option NAME, which the caller frees. -ENOENT: it is missing, or has no value. */
int option_string_copy(const char *options, const char *name, char **ret);

/* Sets NAME to VALUE, in place if it is there, or else at the end; removes it. *OPTIONS is reallocated. */
int option_string_set(char **options, const char *name, const char *value);
int option_string_remove(char **options, const char *name);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names (basic/escape.h) and numbers as people read them, in columns. All returned strings are the
 * caller's to free; NULL is out of memory. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/escape.h"

/* Columns that the escaped TEXT takes on a terminal. */
size_t text_width(const char *text);

/* How many bytes of the escaped TEXT, and how many columns of them, fit into WIDTH columns; at least
 * one character. Never cuts a character; breaks after a space if there is one. */
size_t text_fit(const char *text, size_t width, size_t *ret_columns);

/* The escaped TEXT in lines of at most WIDTH columns, separated by newlines; before each are INDENT
 * blanks. */
char *text_wrap(const char *text, size_t width, size_t indent);

/* "2 MiB", "1.5 GiB", "0". */
char *text_bytes(uint64_t bytes);

/* "12 s", "5 min", "3 h", "9 d". */
char *text_age(int64_t seconds);

/* The name of a user or group, or the number if it has none. One lookup in the user database per
 * number; the string stays owned by the callee. */
const char *text_user(uid_t uid);
const char *text_group(gid_t gid);

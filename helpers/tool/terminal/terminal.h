/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The output for human-readable text, and its capabilities. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW };

struct terminal {
        FILE *out;
        size_t width; /* columns; 0: as wide as it gets (not a terminal) */
        bool colour;
        bool draws; /* characters beyond ASCII, on a terminal */
};

/* Looks at OUT: a terminal's width, and colours unless $NO_COLOR is set and not empty
 * (https://no-color.org) or $TERM is "dumb". $COLUMNS, if set, is the width. */
void terminal_open(FILE *out, struct terminal *ret);

/* The sequences that start and end COLOUR; "" without colours. */
const char *terminal_start(const struct terminal *terminal, enum colour colour);
const char *terminal_end(const struct terminal *terminal, enum colour colour);

/* Prints the escaped TEXT in lines that fit, each after INDENT blanks. */
void terminal_print(const struct terminal *terminal, size_t indent, enum colour colour,
                    const char *text);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Aligned tables. A table does not hold its rows: it asks for each twice, first to measure, then to
 * print, so that its memory does not grow with them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "basic/cleanup.h"

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW };

/* Where a table goes. */
struct terminal {
        FILE *out;
        size_t width; /* columns; 0: as wide as it gets (not a terminal) */
        bool colour;
};

/* Looks at OUT: a terminal's width, and colours unless $NO_COLOR is set and not empty
 * (https://no-color.org) or $TERM is "dumb". $COLUMNS, if set, is the width. */
void terminal_open(FILE *out, struct terminal *ret);

/* What starts and what ends COLOUR; "" where there are no colours. */
const char *terminal_start(const struct terminal *terminal, enum colour colour);
const char *terminal_end(const struct terminal *terminal, enum colour colour);

/* Prints the escaped TEXT in lines that fit, each after INDENT blanks. */
void terminal_print(const struct terminal *terminal, size_t indent, enum colour colour,
                    const char *text);

struct table_column {
        const char *title;
        bool right;    /* numbers */
        unsigned drop; /* where there is no room the column with the highest goes first; 0: stays */
        size_t wrap;   /* may be broken into lines, at least this wide; 0: never */
};

/* TEXT is escaped by who sets it, and freed by the table; NULL is an empty cell. */
struct table_cell {
        char *text;
        enum colour colour;
};

#define TABLE_COLUMNS_MAX 16

struct table {
        const struct table_column *columns;
        size_t n_columns;
        size_t n_rows;
        size_t indent;
        /* Sets the CELLS (all empty at entry) of ROW. Negative errno ends the table. */
        int (*row)(void *userdata, size_t row, struct table_cell *cells);
        void *userdata;
};

/* Prints it. A table without rows is nothing at all. Columns that nobody filled are left out;
 * columns left out for want of room are named under the table. Returns 0, or what row() returned. */
int table_print(const struct table *table, const struct terminal *terminal);

/* Sets a cell to a copy of printf's result; -ENOMEM. */
int cell_printf(struct table_cell *cell, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

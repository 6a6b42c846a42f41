/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tables for people and programs. A table does not store its rows: it requests each row when
 * needed, so that memory use does not grow with their number. Columns are aligned and printed by
 * libsmartcols; which of them fit is decided here (table-layout.h). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helpers/tool/terminal/json-writer.h"
#include "helpers/tool/terminal/terminal.h"

#define TABLE_COLUMNS_MAX 16

struct table_column {
        const char *name; /* as in the heading and for --output=; lower-case in JSON */
        bool right;       /* numbers */
        bool extra;       /* shown only if asked for */
        unsigned
                drop; /* without room, the column with the highest number is dropped first; 0: never */
        size_t wrap; /* may be broken into lines, at least this wide; 0: never */
};

enum cell_kind { CELL_EMPTY, CELL_TEXT, CELL_NUMBER, CELL_BYTES, CELL_SECONDS };

/* The value of a row in a column. TEXT is raw: it is escaped when printed. */
struct table_cell {
        enum cell_kind kind;
        char *text;
        uint64_t number;
        enum colour colour;
};

/* Which parts of a table are shown, and how. */
struct table_format {
        size_t columns[TABLE_COLUMNS_MAX]; /* in this order */
        size_t n_columns; /* 0: all that are not extra; those without text are left out */
        bool no_headings;
        bool raw;   /* columns are not aligned; blanks and unprintable characters become \xNN */
        bool bytes; /* sizes in bytes, times in seconds */
};

struct table {
        const struct table_column *columns;
        size_t n_columns;
        size_t n_rows;
        size_t indent;
        const struct table_format *format; /* NULL: the default */
        /* Sets the CELLS, by number of column, of ROW; all are empty at entry. Negative errno ends the
         * table. */
        int (*row)(void *userdata, size_t row, struct table_cell *cells);
        void *userdata;
};

/* Prints it. A table without rows prints nothing. Columns left out for lack of room are named below
 * the table. Returns 0, -ENOMEM, or the error of row(). */
int table_print(const struct table *table, const struct terminal *terminal);

/* Writes an array of objects named KEY: numbers as plain numbers, regardless of the units in the
 * format. */
int table_write_json(const struct table *table, const char *key, struct json_writer *writer);

/* The columns of TABLE in the order of its format; returns how many. */
size_t table_columns(const struct table *table, size_t ret[static TABLE_COLUMNS_MAX]);

/* Sets a cell; -ENOMEM. NULL leaves it empty; cell_take() takes ownership of the text. */
int cell_printf(struct table_cell *cell, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
int cell_text(struct table_cell *cell, const char *text);
void cell_take(struct table_cell *cell, char *text);
void cell_number(struct table_cell *cell, uint64_t number);
void cell_bytes(struct table_cell *cell, uint64_t bytes);
void cell_seconds(struct table_cell *cell, int64_t seconds);

/* Empties N cells. */
void cells_clear(struct table_cell *cells, size_t n);

/* The text of a cell for people, escaped; "" if it is empty. NULL: out of memory. */
char *cell_show(const struct table_cell *cell, const struct table_format *format);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/tool/terminal/text.h"

int cell_printf(struct table_cell *cell, const char *format, ...)
{
        char *text;
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&text, format, ap);
        va_end(ap);
        if (r < 0)
                return -ENOMEM;

        cell_take(cell, text);
        return 0;
}

int cell_text(struct table_cell *cell, const char *text)
{
        char *copy = text ? strdup(text) : NULL;

        if (text && !copy)
                return -ENOMEM;
        cell_take(cell, copy);
        return 0;
}

void cell_take(struct table_cell *cell, char *text)
{
        cell->kind = text ? CELL_TEXT : CELL_EMPTY;
        cell->text = text;
}

static void set_number(struct table_cell *cell, enum cell_kind kind, uint64_t number)
{
        cell->kind = kind;
        cell->number = number;
}

void cell_number(struct table_cell *cell, uint64_t number)
{
        set_number(cell, CELL_NUMBER, number);
}

void cell_bytes(struct table_cell *cell, uint64_t bytes)
{
        set_number(cell, CELL_BYTES, bytes);
}

void cell_seconds(struct table_cell *cell, int64_t seconds)
{
        set_number(cell, CELL_SECONDS, seconds > 0 ? (uint64_t) seconds : 0);
}

void cells_clear(struct table_cell *cells, size_t n)
{
        for (size_t i = 0; i < n; i++)
                free(cells[i].text);
        memset(cells, 0, n * sizeof(*cells));
}

/* libsmartcols escapes the entire text in raw mode. */
static char *show_text(const char *text, bool raw)
{
        return raw ? strdup(text) : text_escape(text);
}

char *cell_show(const struct table_cell *cell, const struct table_format *format)
{
        char *text;

        if (cell->kind == CELL_EMPTY)
                return strdup("");
        if (cell->kind == CELL_TEXT)
                return show_text(cell->text, format->raw);
        if (cell->kind == CELL_BYTES && !format->bytes)
                return text_bytes(cell->number);
        if (cell->kind == CELL_SECONDS && !format->bytes)
                return text_age((int64_t) cell->number);
        return asprintf(&text, "%" PRIu64, cell->number) < 0 ? NULL : text;
}

size_t table_columns(const struct table *table, size_t ret[static TABLE_COLUMNS_MAX])
{
        size_t n = table->format ? table->format->n_columns : 0;

        if (n > 0) {
                memcpy(ret, table->format->columns, n * sizeof(*ret));
                return n;
        }
        for (size_t i = 0; i < table->n_columns; i++)
                if (!table->columns[i].extra)
                        ret[n++] = i;
        return n;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>

#include "basic/cleanup.h"
#include "helpers/tool/terminal/table.h"

/* The name of a column in the style of other JSON output: "HELD-BY" is "held-by". */
static void key_of(const struct table_column *column, char *key, size_t size)
{
        size_t i = 0;

        for (; column->name[i] && i + 1 < size; i++)
                key[i] = (char) tolower((unsigned char) column->name[i]);
        key[i] = '\0';
}

static struct json_object *cell_json(const struct table_cell *cell)
{
        if (cell->kind == CELL_EMPTY)
                return NULL;
        return cell->kind == CELL_TEXT ? json_text(cell->text) : json_number(cell->number);
}

static int write_row(const struct table *table, const size_t *columns, size_t n_columns, size_t row,
                     struct json_writer *writer)
{
        struct table_cell cells[TABLE_COLUMNS_MAX] = {};
        struct json_object *item = json_object_new_object();
        int r = item ? table->row(table->userdata, row, cells) : -ENOMEM;
        char key[64];

        for (size_t i = 0; i < n_columns && r >= 0; i++) {
                key_of(table->columns + columns[i], key, sizeof(key));
                if (!json_add(item, key, cell_json(cells + columns[i])))
                        r = -ENOMEM;
        }
        cells_clear(cells, table->n_columns);
        if (r < 0)
                json_object_put(item);
        else
                json_writer_put(writer, NULL, item);
        return r;
}

int table_write_json(const struct table *table, const char *key, struct json_writer *writer)
{
        size_t columns[TABLE_COLUMNS_MAX], n_columns = table_columns(table, columns);
        int r = 0;

        json_writer_open(writer, key, '[');
        for (size_t row = 0; row < table->n_rows && r >= 0; row++)
                r = write_row(table, columns, n_columns, row, writer);
        json_writer_close(writer, ']');
        return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/table-layout.h"

#include <string.h>

#include "basic/cleanup.h"
#include "helpers/tool/terminal/text.h"

#define GAP (sizeof(TABLE_GAP) - 1)

static int measure_row(const struct table *table, const struct table_format *format, size_t row,
                       struct table_layout *layout, bool *used)
{
        struct table_cell cells[TABLE_COLUMNS_MAX] = {};
        int r = table->row(table->userdata, row, cells);

        for (size_t i = 0; i < layout->n_columns && r >= 0; i++) {
                const struct table_cell *cell = cells + layout->columns[i];
                _cleanup_free_ char *text = NULL;
                size_t width;

                if (cell->kind == CELL_EMPTY)
                        continue;
                text = cell_show(cell, format);
                if (!text) {
                        r = -ENOMEM;
                        break;
                }
                used[i] = true;
                width = text_width(text);
                if (width > layout->width[i])
                        layout->width[i] = width;
        }
        cells_clear(cells, table->n_columns);
        return r;
}

static void remove_column(struct table_layout *layout, size_t at)
{
        size_t behind = --layout->n_columns - at;

        memmove(layout->columns + at, layout->columns + at + 1, behind * sizeof(size_t));
        memmove(layout->width + at, layout->width + at + 1, behind * sizeof(size_t));
}

static size_t total_width(const struct table *table, const struct table_layout *layout)
{
        size_t total = table->indent;

        for (size_t i = 0; i < layout->n_columns; i++)
                total += layout->width[i] + (i ? GAP : 0);
        return total;
}

/* By how much a column could be narrower; its heading is not broken into lines. */
static size_t slack(const struct table *table, const struct table_layout *layout, size_t at)
{
        const struct table_column *column = table->columns + layout->columns[at];
        size_t least = column->wrap, heading = text_width(column->name);

        least = least > 0 && least < heading ? heading : least;
        return least == 0 || layout->width[at] <= least ? 0 : layout->width[at] - least;
}

/* Takes the EXCESS from the columns that may wrap, the one with the most spare width first. */
static void narrow(const struct table *table, struct table_layout *layout, size_t excess)
{
        while (excess > 0) {
                size_t best = 0, given;

                for (size_t i = 1; i < layout->n_columns; i++)
                        if (slack(table, layout, i) > slack(table, layout, best))
                                best = i;

                given = slack(table, layout, best);
                if (given == 0)
                        return;
                given = given < excess ? given : excess;
                layout->width[best] -= given;
                excess -= given;
        }
}

/* Drops the least important column; false if all remaining ones must stay. */
static bool drop_column(const struct table *table, struct table_layout *layout)
{
        size_t worst = layout->n_columns;
        unsigned most = 0;

        for (size_t i = 0; i < layout->n_columns; i++)
                if (table->columns[layout->columns[i]].drop > most) {
                        most = table->columns[layout->columns[i]].drop;
                        worst = i;
                }
        if (most == 0)
                return false;

        layout->dropped[layout->n_dropped++] = layout->columns[worst];
        remove_column(layout, worst);
        return true;
}

static void fit(const struct table *table, const struct table_format *format,
                struct table_layout *layout, size_t width)
{
        for (;;) {
                size_t total = total_width(table, layout), can_give = 0;

                if (width == 0 || total <= width)
                        return;

                for (size_t i = 0; i < layout->n_columns; i++)
                        can_give += slack(table, layout, i);
                if (total - can_give <= width || format->n_columns > 0 ||
                    !drop_column(table, layout)) {
                        narrow(table, layout, total - width);
                        return;
                }
        }
}

int table_layout(const struct table *table, const struct table_format *format, size_t width,
                 struct table_layout *ret)
{
        struct table_layout layout = {};
        bool used[TABLE_COLUMNS_MAX] = {};
        int r;

        layout.n_columns = table_columns(table, layout.columns);
        for (size_t i = 0; i < layout.n_columns; i++)
                layout.width[i] = format->no_headings
                                          ? 1
                                          : text_width(table->columns[layout.columns[i]].name);
        for (size_t row = 0; row < table->n_rows; row++) {
                r = measure_row(table, format, row, &layout, used);
                if (r < 0)
                        return r;
        }
        for (size_t i = layout.n_columns; i-- > 0;)
                if (!used[i] && format->n_columns == 0) /* neither filled nor requested */
                        remove_column(&layout, i);
        fit(table, format, &layout, width);

        *ret = layout;
        return 0;
}

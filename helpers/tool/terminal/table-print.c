/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/tool/terminal/table-layout.h"
#include "helpers/tool/terminal/text.h"

/* libsmartcols keeps all rows in memory: 100 000 regions take 65 MiB. So it gets only this many
 * rows at a time, and the widths, common to all rows, are computed before. */
#define ROWS_AT_ONCE 1024

DEFINE_TRIVIAL_CLEANUP(struct libscols_table *, scols_unref_table)

/* A table on its way into libsmartcols. */
struct output {
        const struct table *table;
        const struct table_format *format;
        const struct terminal *terminal;
        struct table_layout layout;
        struct libscols_table *lines;
};

/* The indent is part of the first column. */
static size_t indent_of(const struct output *output, size_t at)
{
        return at == 0 && !output->format->raw ? output->table->indent : 0;
}

static int add_column(struct output *output, size_t at)
{
        const struct table_column *column = output->table->columns + output->layout.columns[at];
        bool raw = output->format->raw;
        size_t indent = indent_of(output, at);
        struct libscols_column *added;
        char name[64];

        snprintf(name, sizeof(name), "%*s%s", column->right ? 0 : (int) indent, "", column->name);
        added = scols_table_new_column(
                output->lines, name, raw ? 0 : (double) (output->layout.width[at] + indent),
                (column->right ? SCOLS_FL_RIGHT : 0) | (column->wrap && !raw ? SCOLS_FL_WRAP : 0));
        if (!added)
                return -ENOMEM;
        if (column->wrap)
                scols_column_set_wrapfunc(added, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
                                          NULL);
        return output->terminal->colour
                       ? scols_cell_set_color(scols_column_get_header(added),
                                              terminal_start(output->terminal, COLOUR_BOLD))
                       : 0;
}

/* Makes the table with its columns and without rows. All text is already escaped; the library
 * escapes only in raw mode. */
static int open_output(struct output *output)
{
        struct libscols_table *lines = scols_new_table();
        int r = 0;

        if (!lines)
                return -ENOMEM;
        output->lines = lines;
        (void) scols_table_set_stream(lines, output->terminal->out);
        (void) scols_table_set_termforce(lines, SCOLS_TERMFORCE_NEVER); /* it fits already */
        (void) scols_table_enable_noencoding(lines, true);
        (void) scols_table_enable_minout(lines, true);
        (void) scols_table_enable_colors(lines, output->terminal->colour);
        (void) scols_table_enable_raw(lines, output->format->raw);
        (void) scols_table_enable_noheadings(lines, output->format->no_headings);
        if (!output->format->raw && scols_table_set_column_separator(lines, TABLE_GAP) < 0)
                return -ENOMEM;
        for (size_t i = 0; i < output->layout.n_columns && r >= 0; i++)
                r = add_column(output, i);
        return r < 0 ? -ENOMEM : 0;
}

/* The lines of a cell, separated by newlines. */
static char *cell_lines(const struct output *output, size_t at, const struct table_cell *cell)
{
        const struct table_column *column = output->table->columns + output->layout.columns[at];
        size_t indent = column->right ? 0 : indent_of(output, at), width = output->layout.width[at];
        _cleanup_free_ char *text = cell_show(cell, output->format);

        if (!text || output->format->raw)
                return TAKE_PTR(text);
        if (indent == 0 && (column->wrap == 0 || text_width(text) <= width))
                return TAKE_PTR(text);
        return text_wrap(text, column->wrap ? width : SIZE_MAX, indent);
}

static int set_cell(const struct output *output, struct libscols_line *line, size_t at,
                    const struct table_cell *cell)
{
        char *text;

        if (cell->kind == CELL_EMPTY)
                return 0;
        text = cell_lines(output, at, cell);
        if (!text || scols_line_refer_data(line, at, text) < 0) {
                free(text);
                return -ENOMEM;
        }
        if (!output->terminal->colour || cell->colour == COLOUR_NONE)
                return 0;
        return scols_cell_set_color(scols_line_get_cell(line, at),
                                    terminal_start(output->terminal, cell->colour));
}

static int add_row(const struct output *output, size_t row)
{
        const struct table *table = output->table;
        struct table_cell cells[TABLE_COLUMNS_MAX] = {};
        struct libscols_line *line = scols_table_new_line(output->lines, NULL);
        int r = line ? table->row(table->userdata, row, cells) : -ENOMEM;

        for (size_t i = 0; i < output->layout.n_columns && r >= 0; i++)
                r = set_cell(output, line, i, cells + output->layout.columns[i]);
        cells_clear(cells, table->n_columns);
        return r;
}

static int print_rows(const struct output *output)
{
        size_t row = 0, n = output->table->n_rows;
        int r = 0;

        while (row < n && r >= 0) {
                do
                        r = add_row(output, row++);
                while (row < n && row % ROWS_AT_ONCE != 0 && r >= 0);
                if (r >= 0 && scols_print_table(output->lines) < 0)
                        r = -ENOMEM;
                scols_table_remove_lines(output->lines);
                (void) scols_table_enable_noheadings(output->lines, true);
        }
        return r;
}

static void print_dropped(const struct output *output)
{
        const struct table_layout *layout = &output->layout;
        FILE *out = output->terminal->out;

        if (layout->n_dropped == 0)
                return;
        fprintf(out, "%*s(no room for ", (int) output->table->indent, "");
        for (size_t i = 0; i < layout->n_dropped; i++)
                fprintf(out, "%s%s", i ? ", " : "",
                        output->table->columns[layout->dropped[i]].name);
        fputs(")\n", out);
}

int table_print(const struct table *table, const struct terminal *terminal)
{
        static const struct table_format standard = {};
        struct output output = {
                .table = table,
                .format = table->format ?: &standard,
                .terminal = terminal,
        };
        _cleanup_(scols_unref_tablep) struct libscols_table *lines = NULL;
        int r;

        if (table->n_rows == 0)
                return 0;
        if (output.format->raw) {
                output.layout.n_columns = table_columns(table, output.layout.columns);
        } else {
                r = table_layout(table, output.format, terminal->width, &output.layout);
                if (r < 0)
                        return r;
        }
        r = open_output(&output);
        lines = output.lines;
        if (r < 0)
                return r;

        r = print_rows(&output);
        print_dropped(&output);
        return r;
}

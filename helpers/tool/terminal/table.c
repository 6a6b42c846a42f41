/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/table.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "helpers/tool/terminal/text.h"

#define GAP 2

void terminal_open(FILE *out, struct terminal *ret)
{
        const char *columns = getenv("COLUMNS"), *no_color = getenv("NO_COLOR"),
                   *term = getenv("TERM");
        bool tty = isatty(fileno(out));
        struct winsize size;

        *ret = (struct terminal){
                .out = out,
                .colour = tty && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0,
        };
        if (columns && atoi(columns) > 0)
                ret->width = (size_t) atoi(columns);
        else if (tty && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
                ret->width = size.ws_col;
}

/* Colours of the terminal's own palette, which its user chose to be readable on the background. */
const char *terminal_start(const struct terminal *terminal, enum colour colour)
{
        static const char *const codes[] = {
                [COLOUR_NONE] = "",           [COLOUR_BOLD] = "\033[1m",
                [COLOUR_RED] = "\033[31m",    [COLOUR_GREEN] = "\033[32m",
                [COLOUR_YELLOW] = "\033[33m",
        };

        return terminal->colour ? codes[colour] : "";
}

const char *terminal_end(const struct terminal *terminal, enum colour colour)
{
        return terminal->colour && colour != COLOUR_NONE ? "\033[0m" : "";
}

void terminal_print(const struct terminal *terminal, size_t indent, enum colour colour,
                    const char *text)
{
        size_t width = terminal->width > indent ? terminal->width - indent : SIZE_MAX, columns;

        while (*text) {
                size_t bytes = text_fit(text, width, &columns);

                fprintf(terminal->out, "%*s%s%.*s%s\n", (int) indent, "",
                        terminal_start(terminal, colour), (int) bytes, text,
                        terminal_end(terminal, colour));
                text += bytes + (text[bytes] == ' ');
        }
}

int cell_printf(struct table_cell *cell, const char *format, ...)
{
        va_list ap;
        int r;

        va_start(ap, format);
        r = vasprintf(&cell->text, format, ap);
        va_end(ap);
        if (r < 0)
                cell->text = NULL;
        return r < 0 ? -ENOMEM : 0;
}

struct layout {
        size_t width[TABLE_COLUMNS_MAX];
        bool used[TABLE_COLUMNS_MAX];    /* some row has text there */
        bool dropped[TABLE_COLUMNS_MAX]; /* for want of room */
};

static bool is_shown(const struct layout *layout, size_t column)
{
        return layout->used[column] && !layout->dropped[column];
}

static void clear_cells(struct table_cell *cells, size_t n)
{
        for (size_t i = 0; i < n; i++)
                free(cells[i].text);
        memset(cells, 0, n * sizeof(*cells));
}

static int measure(const struct table *table, struct layout *layout)
{
        struct table_cell cells[TABLE_COLUMNS_MAX] = {};
        size_t width;
        int r;

        for (size_t i = 0; i < table->n_columns; i++)
                layout->width[i] = text_width(table->columns[i].title);

        for (size_t row = 0; row < table->n_rows; row++) {
                r = table->row(table->userdata, row, cells);
                for (size_t i = 0; i < table->n_columns; i++) {
                        if (!cells[i].text)
                                continue;
                        layout->used[i] = true;
                        width = text_width(cells[i].text);
                        if (width > layout->width[i])
                                layout->width[i] = width;
                }
                clear_cells(cells, table->n_columns);
                if (r < 0)
                        return r;
        }

        return 0;
}

static size_t total_width(const struct table *table, const struct layout *layout)
{
        size_t total = table->indent, shown = 0;

        for (size_t i = 0; i < table->n_columns; i++)
                if (is_shown(layout, i))
                        total += layout->width[i] + (shown++ ? GAP : 0);
        return total;
}

/* By how much a column could be narrower. */
static size_t slack(const struct table *table, const struct layout *layout, size_t column)
{
        size_t wrap = table->columns[column].wrap;

        if (!is_shown(layout, column) || wrap == 0 || layout->width[column] <= wrap)
                return 0;
        return layout->width[column] - wrap;
}

/* Takes the EXCESS from the columns that may wrap, the one with the most to give first. */
static void narrow(const struct table *table, struct layout *layout, size_t excess)
{
        while (excess > 0) {
                size_t best = 0, given;

                for (size_t i = 1; i < table->n_columns; i++)
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

/* Drops the column that matters least; false if all that are left matter. */
static bool drop_column(const struct table *table, struct layout *layout)
{
        size_t worst = table->n_columns;

        for (size_t i = 0; i < table->n_columns; i++)
                if (is_shown(layout, i) && table->columns[i].drop > 0 &&
                    (worst == table->n_columns ||
                     table->columns[i].drop > table->columns[worst].drop))
                        worst = i;

        if (worst == table->n_columns)
                return false;
        layout->dropped[worst] = true;
        return true;
}

static void fit(const struct table *table, struct layout *layout, size_t width)
{
        for (;;) {
                size_t total = total_width(table, layout), can_give = 0;

                if (width == 0 || total <= width)
                        return;

                for (size_t i = 0; i < table->n_columns; i++)
                        can_give += slack(table, layout, i);
                if (total - can_give <= width || !drop_column(table, layout)) {
                        narrow(table, layout, total - width);
                        return;
                }
        }
}

static void pad(FILE *out, size_t n)
{
        fprintf(out, "%*s", (int) n, "");
}

/* Prints one line of a row, moving each of TEXTS past what was printed; returns whether any of them
 * goes on. Blanks at the end of a line are held back in *BLANKS. */
static bool print_line(const struct table *table, const struct layout *layout,
                       const struct terminal *terminal, const char **texts,
                       const enum colour *colours)
{
        size_t blanks = table->indent, shown = 0;
        bool more = false;

        for (size_t i = 0; i < table->n_columns; i++) {
                const struct table_column *column = table->columns + i;
                size_t bytes, columns = 0, room = layout->width[i];

                if (!is_shown(layout, i))
                        continue;
                blanks += shown++ ? GAP : 0;
                bytes = *texts[i] ? text_fit(texts[i], column->wrap ? room : SIZE_MAX, &columns)
                                  : 0;
                if (bytes == 0) {
                        blanks += room;
                        continue;
                }

                pad(terminal->out, blanks + (column->right && room > columns ? room - columns : 0));
                fprintf(terminal->out, "%s%.*s%s", terminal_start(terminal, colours[i]),
                        (int) bytes, texts[i], terminal_end(terminal, colours[i]));
                blanks = !column->right && room > columns ? room - columns : 0;
                texts[i] += bytes + (texts[i][bytes] == ' ');
                more |= *texts[i] != '\0';
        }

        fputc('\n', terminal->out);
        return more;
}

static void print_title(const struct table *table, const struct layout *layout,
                        const struct terminal *terminal)
{
        const char *texts[TABLE_COLUMNS_MAX];
        enum colour colours[TABLE_COLUMNS_MAX];

        for (size_t i = 0; i < table->n_columns; i++) {
                texts[i] = table->columns[i].title;
                colours[i] = COLOUR_BOLD;
        }
        while (print_line(table, layout, terminal, texts, colours))
                ;
}

static int print_row(const struct table *table, const struct layout *layout,
                     const struct terminal *terminal, size_t row)
{
        struct table_cell cells[TABLE_COLUMNS_MAX] = {};
        const char *texts[TABLE_COLUMNS_MAX];
        enum colour colours[TABLE_COLUMNS_MAX];
        int r = table->row(table->userdata, row, cells);

        for (size_t i = 0; i < table->n_columns; i++) {
                texts[i] = cells[i].text ?: "";
                colours[i] = cells[i].colour;
        }
        while (r >= 0 && print_line(table, layout, terminal, texts, colours))
                ;

        clear_cells(cells, table->n_columns);
        return r;
}

static void print_dropped(const struct table *table, const struct layout *layout,
                          const struct terminal *terminal)
{
        const char *separator = "";
        bool any = false;

        for (size_t i = 0; i < table->n_columns; i++)
                any |= layout->used[i] && layout->dropped[i];
        if (!any)
                return;

        pad(terminal->out, table->indent);
        fputs("(no room for ", terminal->out);
        for (size_t i = 0; i < table->n_columns; i++)
                if (layout->used[i] && layout->dropped[i]) {
                        fprintf(terminal->out, "%s%s", separator, table->columns[i].title);
                        separator = ", ";
                }
        fputs(")\n", terminal->out);
}

int table_print(const struct table *table, const struct terminal *terminal)
{
        struct layout layout = {};
        int r;

        if (table->n_rows == 0)
                return 0;

        r = measure(table, &layout);
        if (r < 0)
                return r;
        fit(table, &layout, terminal->width);

        print_title(table, &layout, terminal);
        for (size_t row = 0; row < table->n_rows; row++) {
                r = print_row(table, &layout, terminal, row);
                if (r < 0)
                        return r;
        }
        print_dropped(table, &layout, terminal);
        return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "helpers/tool/terminal/text.h"

void terminal_open(FILE *out, struct terminal *ret)
{
        const char *columns = getenv("COLUMNS"), *no_color = getenv("NO_COLOR"),
                   *term = getenv("TERM");
        bool tty = isatty(fileno(out)) && term && strcmp(term, "dumb") != 0;
        struct winsize size;

        *ret = (struct terminal){
                .out = out,
                .colour = tty && !(no_color && *no_color),
                .draws = tty && strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        };
        if (columns && atoi(columns) > 0)
                ret->width = (size_t) atoi(columns);
        else if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
                ret->width = size.ws_col;
}

/* Colours of the terminal's own palette, which the user chose to be readable on the background. */
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The machine compared with the configuration, for people. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/escape.h"
#include "helpers/tool/plan/scheme.h"
#include "helpers/tool/terminal/table.h"

static void print(const struct terminal *terminal, size_t indent, enum colour colour,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

static void print(const struct terminal *terminal, size_t indent, enum colour colour,
                  const char *format, ...)
{
        _cleanup_free_ char *text = NULL, *line = NULL;
        va_list args;
        int r;

        va_start(args, format);
        r = vasprintf(&text, format, args);
        va_end(args);
        if (r < 0) {
                text = NULL;
                return;
        }
        line = text_to_line(text);
        terminal_print(terminal, indent, colour, line ?: "?");
}

/* "64 huge and 2 gigantic pages", of those to be released. */
static void format_given_back(const struct live_domain *live, char *buffer, size_t size)
{
        size_t length = 0;

        for (int type = 0; type < N_PAGE_TYPES; type++)
                if (live->release[type] && live->added[type] > 0 && length < size)
                        length += (size_t) snprintf(buffer + length, size - length,
                                                    "%s%" PRIu64 " %s", length > 0 ? " and " : "",
                                                    live->added[type], page_type_name(type));
        if (length < size)
                snprintf(buffer + length, size - length, length > 0 ? " pages" : "no pages");
}

static void print_undeclared(const struct scheme_domain *entry, const struct terminal *terminal)
{
        char pages[96];

        format_given_back(entry->live, pages, sizeof(pages));
        if (entry->successor)
                print(terminal, 0, COLOUR_YELLOW,
                      "%s is up and not declared any more; %s is declared at its path: a stop "
                      "releases %s",
                      entry->name, entry->successor, pages);
        else
                print(terminal, 0, COLOUR_YELLOW,
                      "%s is up and not declared any more: a stop releases %s", entry->name, pages);
}

static const char *describe(const struct scheme_domain *entry)
{
        switch (entry->remedy) {
        case REMEDY_NONE:
                return "a start would change nothing";
        case REMEDY_START:
                return "a start would bring it up";
        case REMEDY_RESTART:
                return "a restart would change what follows, and mount it anew: what nobody holds "
                       "is removed";
        case REMEDY_RELOAD:
                return "systemd has not read what follows";
        default:
                return "it can be changed in place";
        }
}

static void print_declared(const struct scheme *scheme, const struct scheme_domain *entry,
                           const struct terminal *terminal)
{
        const char *state = !entry->live ? "down" : entry->live->unfinished ? "half down" : "up";

        if (entry->declared->error)
                print(terminal, 0, COLOUR_RED, "%s is %s: it will not start: %s", entry->name,
                      state, entry->declared->error);
        else if (scheme->switched_off)
                print(terminal, 0, COLOUR_NONE, "%s is %s: a start would change nothing",
                      entry->name, state);
        else if (entry->unmet)
                print(terminal, 0, COLOUR_NONE, "%s is %s: not started: %s", entry->name, state,
                      entry->unmet);
        else if (entry->fails)
                print(terminal, 0, COLOUR_RED, "%s is %s: a start would fail", entry->name, state);
        else
                print(terminal, 0, COLOUR_NONE, "%s is %s: %s", entry->name, state,
                      describe(entry));
        if (entry->predecessor && !entry->fails)
                print(terminal, 2, COLOUR_NONE, "%s, at the same path, has to stop first",
                      entry->predecessor);
}

static void print_lines(const char *text, const struct terminal *terminal)
{
        while (*text) {
                size_t length = strcspn(text, "\n");

                print(terminal, 4, COLOUR_NONE, "%.*s", (int) length, text);
                text += length + (text[length] == '\n');
        }
}

/* The affected units and processes. */
static void print_impact(const struct scheme_domain *entry, const struct terminal *terminal)
{
        const struct impact *impact = &entry->impact;

        for (char **unit = impact->consumers; unit && *unit; unit++)
                print(terminal, 2, COLOUR_YELLOW, "%s is %s with it", *unit,
                      entry->remedy == REMEDY_STOP ? "stopped" : "restarted");
        if (impact->n_holders > 0)
                print(terminal, 2, COLOUR_RED,
                      "in use; \"apply\" does nothing until these processes release it:");
        for (size_t i = 0; i < impact->n_holders; i++)
                print(terminal, 4, COLOUR_NONE, "%s", impact->holders[i]);
}

/* Whether the problem of a future start equals the last failure; then it is printed only once. */
static bool is_known_problem(const struct scheme_domain *entry)
{
        size_t length = entry->problem ? strlen(entry->problem) : 0;

        return length > 0 && strncmp(entry->last_failure, entry->problem, length) == 0 &&
               (entry->last_failure[length] == '\0' || entry->last_failure[length] == '\n');
}

static void print_domain(const struct scheme *scheme, const struct scheme_domain *entry,
                         const struct terminal *terminal)
{
        if (entry->declared)
                print_declared(scheme, entry, terminal);
        else
                print_undeclared(entry, terminal);

        if (entry->problem)
                print(terminal, 2, COLOUR_RED, "%s", entry->problem);
        for (enum page_type type = 0; entry->forecast && !entry->unmet && type < N_PAGE_TYPES; type++)
                if (entry->forecast->type[type].problem)
                        print(terminal, 2, COLOUR_RED, "%s", entry->forecast->type[type].problem);
        for (size_t i = 0; i < scheme->damage.n; i++)
                if (strcmp(scheme->damage.items[i].domain, entry->name) == 0)
                        print(terminal, 2, COLOUR_RED, "damaged: %s", scheme->damage.items[i].text);
        print_impact(entry, terminal);
        if (entry->last_failure && !is_known_problem(entry)) {
                print(terminal, 2, COLOUR_RED,
                      "%s:", entry->live ? "what failed last" : "the last start failed");
                print_lines(entry->last_failure, terminal);
        }
}

enum {
        COLUMN_DOMAIN,
        COLUMN_KEY,
        COLUMN_NOW,
        COLUMN_THEN,
        COLUMN_BY,
        COLUMN_HOW,
        N_COLUMNS,
};

static const struct table_column columns[N_COLUMNS] = {
        [COLUMN_DOMAIN] = { "DOMAIN", .wrap = 12 },
        [COLUMN_KEY] = { "KEY" },
        [COLUMN_NOW] = { "NOW", .wrap = 16 },
        [COLUMN_THEN] = { "THEN", .wrap = 12 },
        [COLUMN_BY] = { "BY" },
        [COLUMN_HOW] = { "HOW", .drop = 1 },
};

/* The Nth of all differences of all domains. */
static const struct difference *find_difference(const struct scheme *scheme, size_t at,
                                                const struct scheme_domain **ret_domain)
{
        for (size_t i = 0; i < scheme->n; i++) {
                const struct scheme_domain *entry = scheme->domains + i;

                if (at < entry->differences.n) {
                        *ret_domain = entry;
                        return entry->differences.items + at;
                }
                at -= entry->differences.n;
        }
        return NULL;
}

static int fill_row(void *userdata, size_t row, struct table_cell *cells)
{
        const struct scheme_domain *entry = NULL;
        const struct difference *item = find_difference(userdata, row, &entry);
        const char *how = difference_words(item);

        cells[COLUMN_THEN].colour = COLOUR_GREEN;
        if (cell_text(cells + COLUMN_DOMAIN, entry->name) < 0 ||
            cell_printf(cells + COLUMN_KEY, "%s=", item->key) < 0 ||
            cell_text(cells + COLUMN_NOW, item->now) < 0 ||
            cell_text(cells + COLUMN_THEN, item->then) < 0 ||
            cell_text(cells + COLUMN_BY, remedy_verb(item->remedy)) < 0)
                return -ENOMEM;
        return cell_text(cells + COLUMN_HOW, *how ? how : NULL);
}

static int print_differences(const struct scheme *scheme, const struct terminal *terminal)
{
        size_t n = 0;

        for (size_t i = 0; i < scheme->n; i++)
                n += scheme->domains[i].differences.n;
        if (n > 0)
                fputc('\n', terminal->out);
        return table_print(
                &(struct table){
                        .columns = columns,
                        .n_columns = N_COLUMNS,
                        .n_rows = n,
                        .row = fill_row,
                        .userdata = (void *) scheme,
                },
                terminal);
}

void scheme_print_advice(const struct scheme *scheme, FILE *out)
{
        struct terminal terminal;

        terminal_open(out, &terminal);
        if (scheme->stale)
                print(&terminal, 0, COLOUR_YELLOW,
                      "%s since systemd read the configuration; \"systemctl daemon-reload\" has it "
                      "read again.",
                      scheme->stale);
        if (scheme->changes && !scheme->fails && !scheme_is_held(scheme))
                print(&terminal, 0, COLOUR_NONE,
                      "\"fd-shmem apply\" applies all of this, and disturbs nothing else.");
}

int scheme_print_table(const struct scheme *scheme, FILE *out)
{
        struct terminal terminal;
        int r;

        terminal_open(out, &terminal);
        if (scheme->switched_off)
                print(&terminal, 0, COLOUR_YELLOW, "Switched off: %s. No domain starts.",
                      scheme->switched_off);
        else if (scheme->n == 0)
                fputs("No domain is declared to start at boot: nothing to do.\n", out);

        r = scheme->switched_off ? 0 : forecast_print_table(&scheme->forecast, &terminal);
        if (r < 0)
                return r;
        for (size_t i = 0; i < scheme->n; i++)
                print_domain(scheme, scheme->domains + i, &terminal);
        r = print_differences(scheme, &terminal);
        if (r < 0)
                return r;
        if (scheme->watch == WATCH_START)
                print(&terminal, 0, COLOUR_YELLOW,
                      "Watch= is set, but the watch does not run: \"apply\" starts "
                      "fd-shmem-watch.timer.");
        else if (scheme->watch == WATCH_STOP)
                print(&terminal, 0, COLOUR_YELLOW,
                      "There is nothing to watch any more: \"apply\" stops fd-shmem-watch.timer.");
        return 0;
}

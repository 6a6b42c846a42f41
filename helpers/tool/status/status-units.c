/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The units of a domain, and their journal messages. */

#include <errno.h>
#include <string.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/manager/domain-parts.h"
#include "helpers/modules/manager/unit-log.h"
#include "helpers/tool/status/status.h"
#include "helpers/tool/terminal/table.h"

#define LOG_LINES 10

enum { UNIT_NAME, UNIT_STATE, N_UNIT_COLUMNS };

static const struct table_column columns[N_UNIT_COLUMNS] = {
        [UNIT_NAME] = { "UNIT", .wrap = 24 },
        [UNIT_STATE] = { "STATE" },
};

/* Those of one domain that are shown. */
struct rows {
        char **units;
        sd_bus *bus;
};

int status_list_units(const struct query_domain *domain, struct status_units *ret)
{
        static const enum domain_unit down[] = { DOMAIN_TEARDOWN, DOMAIN_LEFTOVER_PATH,
                                                 DOMAIN_LEFTOVER, DOMAIN_ROLLBACK };
        const struct ledger_domain record = {
                .name = domain->name,
                .path = domain->path[0] ? domain->path : NULL,
        };
        _cleanup_domain_parts_ struct domain_parts parts = {};
        int r = domain_parts_list(&record, &parts);

        for (size_t i = 0; i < parts.n && r >= 0; i++)
                r = string_list_add(&ret->names, &ret->n, parts.items[i].name);
        ret->n_parts = ret->n;

        for (size_t i = 0; i < ELEMENTSOF(down) && r >= 0; i++) {
                _cleanup_free_ char *name = domain_unit_name(down[i], domain->name);

                r = name ? string_list_add(&ret->names, &ret->n, name) : -ENOMEM;
        }
        return r;
}

void status_units_done(struct status_units *units)
{
        string_list_free(units->names);
        *units = (struct status_units){};
}

/* "active (exited)", and its colour. */
static int fill(void *userdata, size_t at, struct table_cell *cells)
{
        const struct rows *rows = userdata;
        _cleanup_free_ char *state = NULL, *sub = NULL;
        int r;

        r = manager_unit_string(rows->bus, rows->units[at], "ActiveState", &state);
        if (r >= 0)
                r = manager_unit_string(rows->bus, rows->units[at], "SubState", &sub);
        if (r == -ENOMEM || cell_text(cells + UNIT_NAME, rows->units[at]) < 0)
                return -ENOMEM;
        if (r < 0)
                return cell_text(cells + UNIT_STATE, "not known");

        if (strcmp(state, "active") == 0)
                cells[UNIT_STATE].colour = COLOUR_GREEN;
        else if (strcmp(state, "failed") == 0)
                cells[UNIT_STATE].colour = COLOUR_RED;
        return cell_printf(cells + UNIT_STATE, "%s (%s)", state, sub);
}

/* Whether the unit is shown: only if loaded, and a teardown unit only if it is active or has
 * failed. */
static bool is_shown(sd_bus *bus, const struct status_units *units, size_t at)
{
        _cleanup_free_ char *state = NULL;

        if (manager_unit_string(bus, units->names[at], "ActiveState", &state) == -ENOENT)
                return false;
        return at < units->n_parts || (state && strcmp(state, "inactive") != 0);
}

static int print_table(const struct table_column *names, sd_bus *bus, char **units, size_t n,
                       const struct terminal *terminal)
{
        struct rows rows = { .units = units, .bus = bus };

        return table_print(
                &(struct table){
                        .columns = names,
                        .n_columns = N_UNIT_COLUMNS,
                        .n_rows = n,
                        .indent = 2,
                        .row = fill,
                        .userdata = &rows,
                },
                terminal);
}

static int print_states(const struct status_units *units, sd_bus *bus,
                        const struct terminal *terminal)
{
        _cleanup_free_ char **shown = calloc(units->n + 1, sizeof(*shown));
        size_t n = 0;

        if (!shown)
                return -ENOMEM;
        for (size_t i = 0; i < units->n; i++)
                if (is_shown(bus, units, i))
                        shown[n++] = units->names[i];
        if (n == 0)
                fputs("  systemd has loaded none of its units.\n", terminal->out);
        return print_table(columns, bus, shown, n, terminal);
}

int status_print_consumers(const char *domain, sd_bus *bus, const struct terminal *terminal)
{
        static const struct table_column names[N_UNIT_COLUMNS] = {
                [UNIT_NAME] = { "REQUIRED BY", .wrap = 24 },
                [UNIT_STATE] = { "STATE" },
        };
        _cleanup_free_ char *target = domain_unit_name(DOMAIN_TARGET, domain);
        _cleanup_strings_ char **all = NULL, **others = NULL;
        size_t n = 0;
        int r = target ? manager_unit_list(bus, target, "RequiredBy", &all) : -ENOMEM;

        for (char **unit = all; unit && *unit && r >= 0; unit++)
                if (!unit_is_ours(*unit))
                        r = string_list_add(&others, &n, *unit);
        if (n == 0 || r < 0)
                return r == -ENOMEM ? r : 0;
        fputc('\n', terminal->out);
        return print_table(names, bus, others, n, terminal);
}

int status_print_units(const struct status_units *units, sd_bus *bus,
                       const struct terminal *terminal)
{
        fputc('\n', terminal->out);
        if (bus)
                return print_states(units, bus, terminal);

        fprintf(terminal->out, "  The states of its units are not known: %s.\n",
                geteuid() == 0 ? "systemd does not answer" : "only root may ask systemd");
        return 0;
}

static void print_log_line(const struct log_line *line, const struct terminal *terminal)
{
        enum colour colour = line->priority <= 3   ? COLOUR_RED
                             : line->priority <= 4 ? COLOUR_YELLOW
                                                   : COLOUR_NONE;
        _cleanup_free_ char *text = NULL, *shown = NULL;
        time_t seconds = (time_t) (line->usec / 1000000);
        char when[64] = "";
        struct tm tm;

        if (localtime_r(&seconds, &tm))
                strftime(when, sizeof(when), "%b %d %H:%M:%S", &tm);
        if (asprintf(&text, "%s %s[%d]: %s", when, line->identifier ?: "?", (int) line->pid,
                     line->message ?: "") < 0) {
                text = NULL;
                return;
        }
        shown = text_to_line(text);
        if (shown)
                terminal_print(terminal, 2, colour, shown);
}

int status_print_log(const struct status_units *units, const struct terminal *terminal)
{
        _cleanup_unit_log_ struct unit_log log = {};
        int r = unit_log_read(units->names, units->n, LOG_LINES, &log);

        if (r == -ENOMEM)
                return r;
        fputc('\n', terminal->out);
        if (r == -ENOENT || r == -EACCES)
                fprintf(terminal->out, "  Its log is not shown: there is no journal%s.\n",
                        geteuid() == 0 ? "" : " that you may read");
        else if (r < 0)
                fprintf(terminal->out, "  Its log is not shown: %s.\n", strerror(-r));
        else if (log.n == 0)
                fputs("  The journal has nothing of it since the boot.\n", terminal->out);
        for (size_t i = 0; i < log.n; i++)
                print_log_line(log.lines + i, terminal);
        return 0;
}

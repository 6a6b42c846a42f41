/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem status: one domain on one screen, or all of them in short. */

#include "helpers/tool/status/status.h"

#include <getopt.h>
#include <locale.h>

#include "basic/log.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/inspect/damage.h"
#include "helpers/tool/query/domain-print.h"
#include "helpers/tool/query/print.h"
#include "helpers/tool/terminal/table-columns.h"

static int print_domain(const struct tool *tool, const struct query *query,
                        const struct query_domain *domain)
{
        _cleanup_status_units_ struct status_units units = {};
        _cleanup_manager_ sd_bus *bus = NULL;
        struct terminal terminal;
        int r;

        terminal_open(tool->out, &terminal);
        query_print_state(query, domain, &terminal);
        r = status_print_pages(query, domain, &terminal);
        if (r >= 0)
                r = status_print_holders(query, domain, &terminal);
        if (r >= 0)
                r = status_list_units(domain, &units);
        if (r < 0)
                return r;

        (void) manager_connect(&bus);
        r = status_print_units(&units, bus, &terminal);
        if (r >= 0)
                r = status_print_consumers(domain->name, bus, &terminal);
        return r < 0 ? r : status_print_log(&units, &terminal);
}

static int print_all(const struct tool *tool, const struct query *query)
{
        const struct query_table *table = query_find_table("domains");
        struct table_format format = {};
        int r;

        if (query->n_domains == 0)
                fputs("No domain is declared, and none is up.\n", tool->out);
        r = table_columns_parse("DOMAIN,STATE,HUGE-ASKED,HUGE,GIGANTIC-ASKED,GIGANTIC,USED,REGIONS",
                                table->columns, table->n_columns, &format);
        return r < 0 ? r : query_print_one(query, table, &format, JSON_OFF, tool->out);
}

/* As systemctl(1) and the Linux Standard Base have it for "status". */
static int exit_status(const struct query_domain *domain)
{
        return domain->state == STATE_UP || domain->state == STATE_DAMAGED ? TOOL_OK : TOOL_DOWN;
}

static void print_missing(const struct tool *tool, const struct query *query)
{
        for (size_t i = 0; i < query->n_missing; i++)
                log_warning("Not shown: %s", query->missing[i]);
        if (query->switched_off)
                fprintf(tool->out, "Shared memory domains are switched off: %s.\n",
                        query->switched_off);
}

int verb_status(struct tool *tool, int argc, char **argv)
{
        _cleanup_query_ struct query query = {};
        const char *only;
        int r;

        if (tool_next_option(tool, argc, argv) >= 0)
                return tool_usage(tool, argv[0]);
        only = argv[optind];

        (void) setlocale(LC_ALL, ""); /* character set and time format of the terminal */
        r = query_collect(tool, only, &query);
        if (r == -ENOENT)
                return TOOL_NO_DOMAIN;
        if (r >= 0)
                r = query_find_damage(tool, only, &query);
        if (r < 0)
                return r;

        query.switched_off = reload_switched_off(tool);
        print_missing(tool, &query);
        r = only ? print_domain(tool, &query, query.domains) : print_all(tool, &query);
        if (r < 0)
                return log_error_errno(r, "Cannot print the status: %m");
        return only ? exit_status(query.domains) : TOOL_OK;
}

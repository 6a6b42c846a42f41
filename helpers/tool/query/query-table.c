/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The answer as tables for a terminal. */

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/query/domain-print.h"
#include "helpers/tool/query/print.h"
#include "helpers/tool/query/tables.h"
#include "helpers/tool/terminal/text.h"

/* One line of the pools' table: a pool with its first holder, a further holder, or the sum over all
 * nodes. */
struct pool_row {
        unsigned slot;
        const struct query_pool *pool; /* NULL: the sum */
        bool first;                    /* the pool's own numbers are on this line */
        const char *domain;            /* NULL: the pages of others, or nobody's */
        const struct ledger_node *line;
};

struct pool_rows {
        const struct query *query;
        struct pool_row *rows;
        size_t n;
};

enum {
        POOL_TYPE,
        POOL_NODE,
        POOL_TOTAL,
        POOL_FREE,
        POOL_RESERVED,
        POOL_SURPLUS,
        POOL_WHOSE,
        POOL_ASKED,
        POOL_GOT,
        POOL_ADDED,
        POOL_ADOPTED,
        N_POOL_COLUMNS,
};

static const struct table_column pool_columns[N_POOL_COLUMNS] = {
        [POOL_TYPE] = { "TYPE" },
        [POOL_NODE] = { "NODE", .right = true },
        [POOL_TOTAL] = { "TOTAL", .right = true },
        [POOL_FREE] = { "FREE", .right = true },
        [POOL_RESERVED] = { "RESERVED", .right = true, .drop = 2 },
        [POOL_SURPLUS] = { "SURPLUS", .right = true, .drop = 4 },
        [POOL_WHOSE] = { "WHOSE", .wrap = 12 },
        [POOL_ASKED] = { "ASKED", .right = true },
        [POOL_GOT] = { "GOT", .right = true },
        [POOL_ADDED] = { "ADDED", .right = true, .drop = 3 },
        [POOL_ADOPTED] = { "ADOPTED", .right = true, .drop = 5 },
};

static const char *name_of(const struct query *query, unsigned slot)
{
        return page_size_name(pool_slot_size(&query->slots, slot));
}

static int fill_sum(const struct query *query, unsigned slot, struct table_cell *cells)
{
        const struct query_type *of = query->type + slot;
        struct pool_counts sum = {};

        for (size_t i = 0; i < of->n_pools; i++) {
                sum.total += of->pools[i].counts.total;
                sum.free += of->pools[i].counts.free;
                sum.surplus += of->pools[i].counts.surplus;
        }

        cell_number(cells + POOL_TOTAL, sum.total);
        cell_number(cells + POOL_FREE, sum.free);
        cell_number(cells + POOL_RESERVED, of->reserved);
        cell_number(cells + POOL_SURPLUS, sum.surplus);
        for (size_t i = 0; i < N_POOL_COLUMNS; i++)
                cells[i].colour = COLOUR_BOLD;
        if (cell_text(cells + POOL_TYPE, name_of(query, slot)) < 0)
                return -ENOMEM;
        return cell_text(cells + POOL_NODE, "all");
}

static int fill_whose(const struct pool_row *row, struct table_cell *cells)
{
        const struct ledger_node *line = row->line;

        if (!row->domain) {
                if (row->pool->others == 0)
                        return 0;
                cell_number(cells + POOL_GOT, row->pool->others);
                return cell_text(cells + POOL_WHOSE, "(others)");
        }

        cell_number(cells + POOL_ASKED, line->asked);
        cell_number(cells + POOL_GOT, holdings_held(line));
        cell_number(cells + POOL_ADDED, line->added);
        cell_number(cells + POOL_ADOPTED, line->adopted);
        cells[POOL_GOT].colour = holdings_held(line) < line->asked ? COLOUR_RED : COLOUR_GREEN;
        return cell_text(cells + POOL_WHOSE, row->domain);
}

static int fill_pool(void *userdata, size_t at, struct table_cell *cells)
{
        const struct pool_rows *rows = userdata;
        const struct pool_row *row = rows->rows + at;
        const struct pool_counts *counts;

        if (!row->pool)
                return fill_sum(rows->query, row->slot, cells);
        if (!row->first)
                return fill_whose(row, cells);

        counts = &row->pool->counts;
        cell_number(cells + POOL_NODE, row->pool->node);
        cell_number(cells + POOL_TOTAL, counts->total);
        cell_number(cells + POOL_FREE, counts->free);
        cell_number(cells + POOL_SURPLUS, counts->surplus);
        if (counts->surplus > 0)
                cells[POOL_SURPLUS].colour = COLOUR_YELLOW;
        if (cell_text(cells + POOL_TYPE, name_of(rows->query, row->slot)) < 0)
                return -ENOMEM;
        return fill_whose(row, cells);
}

static void add_pool_row(struct pool_rows *rows, const struct pool_row *row)
{
        const struct pool_row *before = rows->n > 0 ? rows->rows + rows->n - 1 : NULL;

        rows->rows[rows->n] = *row;
        rows->rows[rows->n].first = !before || before->pool != row->pool;
        rows->n++;
}

static void add_pool_rows(struct pool_rows *rows, unsigned slot, const struct query_pool *pool)
{
        const struct query_type *of = rows->query->type + slot;
        struct pool_row row = { .slot = slot, .pool = pool };
        size_t before = rows->n;

        for (size_t i = 0; i < of->n_reservations; i++) {
                row.domain = of->reservations[i].domain;
                row.line = holdings_node(of->reservations + i, pool->node);
                if (row.line)
                        add_pool_row(rows, &row);
        }

        row.domain = NULL;
        row.line = NULL;
        if (pool->others > 0 || rows->n == before)
                add_pool_row(rows, &row);
}

static int print_pools(const struct query *query, const struct terminal *terminal)
{
        _cleanup_free_ struct pool_row *lines = NULL;
        struct pool_rows rows = { .query = query };
        unsigned order[POOL_SLOTS_MAX], n;
        size_t room = 0;

        for (unsigned slot = 0; slot < pool_slots_end(&query->slots); slot++)
                room += query->type[slot].n_pools * (query->type[slot].n_reservations + 1) + 1;
        lines = calloc(room, sizeof(*lines));
        if (!lines)
                return -ENOMEM;

        rows.rows = lines;
        n = pool_slots_order(&query->slots, order);
        for (unsigned at = 0; at < n; at++) {
                const struct query_type *of = query->type + order[at];

                if (!query_shows(query, order[at]))
                        continue;
                for (size_t i = 0; i < of->n_pools; i++)
                        add_pool_rows(&rows, order[at], of->pools + i);
                if (of->n_pools > 0)
                        add_pool_row(&rows, &(struct pool_row){ .slot = order[at] });
        }

        return table_print(
                &(struct table){
                        .columns = pool_columns,
                        .n_columns = N_POOL_COLUMNS,
                        .n_rows = rows.n,
                        .row = fill_pool,
                        .userdata = &rows,
                },
                terminal);
}

/* Where mounts claim all free pages, programs without a mount of their own get ENOMEM. */
static void print_unclaimed(const struct query *query, const struct terminal *terminal)
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++) {
                const struct query_type *of = query->type + slot;
                uint64_t claimed = query_claimed(query, slot), total = 0;
                _cleanup_free_ char *text = NULL;

                if (claimed == 0 || query_unclaimed(query, slot) > 0)
                        continue;
                for (size_t i = 0; i < of->n_pools; i++)
                        total += of->pools[i].counts.total;
                if (asprintf(&text,
                             "0 %s pages are left for programs without a mount (%" PRIu64
                             " of %" PRIu64 " claimed by mounts).",
                             name_of(query, slot), claimed, total) >= 0)
                        terminal_print(terminal, 0, COLOUR_NONE, text);
                else
                        text = NULL;
        }
}

/* Processes whose huge pages cannot be examined: these may belong to a domain. */
static bool has_unseen_processes(const struct query *query)
{
        for (size_t i = 0; i < query->users.n_uses; i++)
                if (query->users.uses[i].kind == MEMORY_UNSEEN)
                        return true;
        return false;
}

static int print_unseen(const struct query *query, const struct terminal *terminal)
{
        for (unsigned slot = PAGE_NORMAL + 1; slot < pool_slots_end(&query->slots); slot++) {
                _cleanup_free_ char *text = NULL;

                if (!query->type[slot].supported)
                        fprintf(terminal->out, "This machine has no %s pages.\n",
                                name_of(query, slot));
                if (query->type[slot].unseen == 0)
                        continue;
                if (asprintf(
                            &text,
                            has_unseen_processes(query)
                                    ? "%s pages of unknown owners: %" PRIu64
                                      ". They belong to processes or regions that may not be "
                                      "examined, or "
                                      "to others."
                                    : "%s pages in use by no visible process: %" PRIu64
                                      ". They belong to a SysV segment without a process, to files "
                                      "of "
                                      "another mount, or to processes that may not be examined.",
                            name_of(query, slot), query->type[slot].unseen) < 0)
                        return -ENOMEM;
                terminal_print(terminal, 0, COLOUR_NONE, text);
        }
        return 0;
}

static int print_uses(const struct query *query, const struct terminal *terminal)
{
        _cleanup_query_rows_ struct query_rows rows = { .query = query };
        struct table table;

        if (query_add_uses(&rows) < 0)
                return -ENOMEM;
        if (rows.n == 0)
                return 0;

        fprintf(terminal->out, "\n%s%s%s\n", terminal_start(terminal, COLOUR_BOLD),
                has_unseen_processes(query)
                        ? "Huge pages outside the domains, or of processes that may not be examined"
                        : "Huge pages outside the domains",
                terminal_end(terminal, COLOUR_BOLD));
        query_table_init(&query_holders_table, &rows, NULL, &table);
        table.indent = 2;
        return table_print(&table, terminal);
}

static void print_missing(const struct query *query, const struct terminal *terminal)
{
        if (query->n_missing > 0)
                fputc('\n', terminal->out);
        for (size_t i = 0; i < query->n_missing; i++) {
                _cleanup_free_ char *sentence = text_escape(query->missing[i]);

                fprintf(terminal->out, "%sNot shown:%s %s\n",
                        terminal_start(terminal, COLOUR_YELLOW),
                        terminal_end(terminal, COLOUR_YELLOW), sentence ?: "");
        }
        if (query->n_missing > 0 && !query->privileged)
                fputs("Root sees all of it.\n", terminal->out);
}

static void print_hints(const struct query *query, const struct terminal *terminal)
{
        for (char **hint = query->hints; hint && *hint; hint++)
                fprintf(terminal->out, "%s%sHint:%s %s\n", hint == query->hints ? "\n" : "",
                        terminal_start(terminal, COLOUR_YELLOW),
                        terminal_end(terminal, COLOUR_YELLOW), *hint);
}

int query_print_table(const struct query *query, FILE *out)
{
        struct terminal terminal;
        int r;

        terminal_open(out, &terminal);
        if (query->switched_off)
                fprintf(out, "%sShared memory domains are switched off:%s %s.\n\n",
                        terminal_start(&terminal, COLOUR_YELLOW),
                        terminal_end(&terminal, COLOUR_YELLOW), query->switched_off);
        r = print_pools(query, &terminal);
        if (r >= 0) {
                print_unclaimed(query, &terminal);
                r = print_unseen(query, &terminal);
        }
        if (r < 0)
                return r;

        for (size_t i = 0; i < query->n_domains; i++) {
                r = query_print_domain(query, query->domains + i, &terminal);
                if (r < 0)
                        return r;
        }
        r = print_uses(query, &terminal);
        if (r < 0)
                return r;

        print_missing(query, &terminal);
        print_hints(query, &terminal);
        return 0;
}

int query_print_one(const struct query *query, const struct query_table *table,
                    const struct table_format *format, enum json_mode mode, FILE *out)
{
        _cleanup_query_rows_ struct query_rows rows = { .query = query };
        struct json_writer writer = { .out = out, .mode = mode };
        struct terminal terminal;
        struct table shown;
        int r;

        if (table->collect(&rows) < 0)
                return -ENOMEM;
        query_table_init(table, &rows, format, &shown);
        if (mode == JSON_OFF) {
                terminal_open(out, &terminal);
                return table_print(&shown, &terminal);
        }

        json_writer_open(&writer, NULL, '{');
        r = table_write_json(&shown, table->name, &writer);
        json_writer_close(&writer, '}');
        return r < 0 ? r : json_writer_finish(&writer);
}

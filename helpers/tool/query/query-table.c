/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The answer as tables for a terminal. */

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/query/print.h"
#include "helpers/tool/query/region-table.h"
#include "helpers/tool/terminal/table.h"
#include "helpers/tool/terminal/text.h"

/* One line of the pools' table: a pool with the first who holds some of it, a further holder, or
 * the sum over all nodes. */
struct pool_row {
        enum page_type type;
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

static const struct table_column pool_columns[] = {
        { .title = "TYPE" },
        { .title = "NODE", .right = true },
        { .title = "TOTAL", .right = true },
        { .title = "FREE", .right = true },
        { .title = "RESERVED", .right = true, .drop = 2 },
        { .title = "SURPLUS", .right = true, .drop = 4 },
        { .title = "WHOSE", .wrap = 12 },
        { .title = "ASKED", .right = true },
        { .title = "GOT", .right = true },
        { .title = "ADDED", .right = true, .drop = 3 },
        { .title = "ADOPTED", .right = true, .drop = 5 },
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
        POOL_ADOPTED
};

static int number(struct table_cell *cell, uint64_t value)
{
        return cell_printf(cell, "%" PRIu64, value);
}

static int fill_sum(const struct query *query, enum page_type type, struct table_cell *cells)
{
        const struct query_type *of = query->type + type;
        struct pool_counts sum = {};

        for (size_t i = 0; i < of->n_pools; i++) {
                sum.total += of->pools[i].counts.total;
                sum.free += of->pools[i].counts.free;
                sum.surplus += of->pools[i].counts.surplus;
        }

        if (cell_printf(cells + POOL_TYPE, "%s", page_type_name(type)) < 0 ||
            cell_printf(cells + POOL_NODE, "all") < 0 ||
            number(cells + POOL_TOTAL, sum.total) < 0 || number(cells + POOL_FREE, sum.free) < 0 ||
            number(cells + POOL_RESERVED, of->reserved) < 0 ||
            number(cells + POOL_SURPLUS, sum.surplus) < 0)
                return -ENOMEM;
        for (size_t i = 0; i <= POOL_SURPLUS; i++)
                cells[i].colour = COLOUR_BOLD;
        return 0;
}

static int fill_whose(const struct pool_row *row, struct table_cell *cells)
{
        bool short_of;

        if (!row->domain)
                return row->pool->others == 0 ? 0
                       : cell_printf(cells + POOL_WHOSE, "(others)") < 0
                               ? -ENOMEM
                               : number(cells + POOL_GOT, row->pool->others);

        short_of = holdings_held(row->line) < row->line->asked;
        cells[POOL_WHOSE].text = text_escape(row->domain);
        if (!cells[POOL_WHOSE].text || number(cells + POOL_ASKED, row->line->asked) < 0 ||
            number(cells + POOL_GOT, holdings_held(row->line)) < 0 ||
            number(cells + POOL_ADDED, row->line->added) < 0 ||
            number(cells + POOL_ADOPTED, row->line->adopted) < 0)
                return -ENOMEM;
        cells[POOL_GOT].colour = short_of ? COLOUR_RED : COLOUR_GREEN;
        return 0;
}

static int fill_pool(void *userdata, size_t at, struct table_cell *cells)
{
        const struct pool_rows *rows = userdata;
        const struct pool_row *row = rows->rows + at;

        if (!row->pool)
                return fill_sum(rows->query, row->type, cells);

        if (row->first) {
                const struct pool_counts *counts = &row->pool->counts;

                if (cell_printf(cells + POOL_TYPE, "%s", page_type_name(row->type)) < 0 ||
                    number(cells + POOL_NODE, row->pool->node) < 0 ||
                    number(cells + POOL_TOTAL, counts->total) < 0 ||
                    number(cells + POOL_FREE, counts->free) < 0 ||
                    number(cells + POOL_SURPLUS, counts->surplus) < 0)
                        return -ENOMEM;
                if (counts->surplus > 0)
                        cells[POOL_SURPLUS].colour = COLOUR_YELLOW;
        }
        return fill_whose(row, cells);
}

static void add_pool_row(struct pool_rows *rows, const struct pool_row *row)
{
        const struct pool_row *before = rows->n > 0 ? rows->rows + rows->n - 1 : NULL;

        rows->rows[rows->n] = *row;
        rows->rows[rows->n].first = !before || before->pool != row->pool;
        rows->n++;
}

static void add_pool_rows(struct pool_rows *rows, enum page_type type,
                          const struct query_pool *pool)
{
        const struct query_type *of = rows->query->type + type;
        struct pool_row row = { .type = type, .pool = pool };
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
        size_t room = 0;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                room += query->type[type].n_pools * (query->type[type].n_reservations + 1) + 1;
        lines = calloc(room, sizeof(*lines));
        if (!lines)
                return -ENOMEM;

        rows.rows = lines;
        for (enum page_type type = N_PAGE_TYPES; type-- > 0;) {
                const struct query_type *of = query->type + type;

                for (size_t i = 0; i < of->n_pools; i++)
                        add_pool_rows(&rows, type, of->pools + i);
                if (of->n_pools > 0)
                        add_pool_row(&rows, &(struct pool_row){ .type = type });
        }

        return table_print(
                &(struct table){
                        .columns = pool_columns,
                        .n_columns = ELEMENTSOF(pool_columns),
                        .n_rows = rows.n,
                        .row = fill_pool,
                        .userdata = &rows,
                },
                terminal);
}

/* Where mounts claim all that is free, whoever asks without a mount of his own gets ENOMEM. */
static void print_unclaimed(const struct query *query, const struct terminal *terminal)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                const struct query_type *of = query->type + type;
                uint64_t claimed = query_claimed(query, type), total = 0;
                _cleanup_free_ char *text = NULL;

                if (!page_type_has_pool(type) || claimed == 0 || query_unclaimed(query, type) > 0)
                        continue;
                for (size_t i = 0; i < of->n_pools; i++)
                        total += of->pools[i].counts.total;
                if (asprintf(&text,
                             "0 %s pages are left for programs without a mount (%" PRIu64
                             " of %" PRIu64 " claimed by mounts).",
                             page_type_name(type), claimed, total) >= 0)
                        terminal_print(terminal, 0, COLOUR_NONE, text);
                else
                        text = NULL;
        }
}

/* Processes whose huge pages cannot be looked at: they may be a domain's. */
static bool has_unseen_processes(const struct query *query)
{
        for (size_t i = 0; i < query->users.n_uses; i++)
                if (query->users.uses[i].kind == MEMORY_UNSEEN)
                        return true;
        return false;
}

static int print_unseen(const struct query *query, const struct terminal *terminal)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_free_ char *text = NULL;

                if (page_type_has_pool(type) && !query->type[type].supported)
                        fprintf(terminal->out, "This machine has no %s pages.\n",
                                page_type_name(type));
                if (query->type[type].unseen == 0)
                        continue;
                if (asprintf(&text,
                             has_unseen_processes(query)
                                     ? "%s pages of which it can't be seen whose they are: %" PRIu64
                                       ". Processes that may not be looked at have them, regions "
                                       "of a domain that may not be read, or others."
                                     : "%s pages in use by nobody that can be seen: %" PRIu64
                                       ". A SysV segment without a process has them, files of "
                                       "another mount, or processes that may not be looked at.",
                             page_type_name(type), query->type[type].unseen) < 0)
                        return -ENOMEM;
                terminal_print(terminal, 0, COLOUR_NONE, text);
        }
        return 0;
}

static const struct table_column use_columns[] = {
        { .title = "PID", .right = true },
        { .title = "USER", .wrap = 8 },
        { .title = "COMMAND", .wrap = 12 },
        { .title = "KIND" },
        { .title = "NAME", .wrap = 16 },
        { .title = "PAGE", .right = true, .drop = 3 },
        { .title = "MAPPED", .right = true, .drop = 2 },
        { .title = "HAS", .right = true },
        { .title = "NODES", .wrap = 12, .drop = 1 },
};

static int fill_use(void *userdata, size_t at, struct table_cell *cells)
{
        const struct query *query = userdata;
        const struct memory_use *use = query->users.uses + at;
        const struct memory_process *process = query->users.processes + use->process;

        if (number(cells, (uint64_t) process->pid) < 0)
                return -ENOMEM;
        cells[1].text = text_escape(text_user(process->uid));
        cells[2].text = text_escape(process->command);
        cells[4].text = use->name ? text_escape(use->name) : NULL;
        cells[5].text = use->page_size ? text_bytes(use->page_size) : NULL;
        cells[6].text = use->kind == MEMORY_UNSEEN ? NULL : text_bytes(use->mapped);
        cells[7].text = text_bytes(use->allocated);
        cells[8].text = region_table_nodes(&use->nodes);
        return cell_printf(cells + 3, "%s", memory_kind_name(use->kind));
}

static int print_uses(const struct query *query, const struct terminal *terminal)
{
        if (query->users.n_uses == 0)
                return 0;

        fprintf(terminal->out, "\n%s%s%s\n", terminal_start(terminal, COLOUR_BOLD),
                has_unseen_processes(query)
                        ? "Huge pages outside the domains, or of processes that may not be looked at"
                        : "Huge pages outside the domains",
                terminal_end(terminal, COLOUR_BOLD));
        return table_print(
                &(struct table){
                        .columns = use_columns,
                        .n_columns = ELEMENTSOF(use_columns),
                        .n_rows = query->users.n_uses,
                        .indent = 2,
                        .row = fill_use,
                        .userdata = (void *) query,
                },
                terminal);
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
                r = region_table_print(query, query->domains + i, &terminal);
                if (r < 0)
                        return r;
        }
        r = print_uses(query, &terminal);
        if (r < 0)
                return r;

        print_missing(query, &terminal);
        return 0;
}

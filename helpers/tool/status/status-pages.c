/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/query/tables.h"
#include "helpers/tool/status/status.h"
#include "helpers/tool/terminal/bar.h"
#include "helpers/tool/terminal/table.h"

#define BAR_CELLS 24

enum {
        PAGES_TYPE,
        PAGES_NODE,
        PAGES_ASKED,
        PAGES_GOT,
        PAGES_USED,
        PAGES_OTHERS,
        PAGES_FREE,
        PAGES_TOTAL,
        PAGES_BAR,
        N_PAGES_COLUMNS,
};

static const struct table_column columns[N_PAGES_COLUMNS] = {
        [PAGES_TYPE] = { "TYPE" },
        [PAGES_NODE] = { "NODE", .right = true },
        [PAGES_ASKED] = { "ASKED", .right = true },
        [PAGES_GOT] = { "GOT", .right = true },
        [PAGES_USED] = { "USED", .right = true },
        [PAGES_OTHERS] = { "OTHERS", .right = true, .drop = 2 },
        [PAGES_FREE] = { "FREE", .right = true },
        [PAGES_TOTAL] = { "POOL", .right = true, .drop = 3 },
        [PAGES_BAR] = { "USED, OTHERS, FREE", .drop = 1 },
};

struct line {
        enum page_type type;
        const struct query_pool *pool;
        struct ledger_node holding; /* zeros: the domain has no pages there */
        bool seen;                  /* its regions could be examined */
        uint64_t used;              /* pages of them on the node */
};

struct lines {
        struct line *items;
        size_t n, room;
        bool draw;
        const struct query_domain *domain;
};

/* Pages of the domain's regions: on NODE as processes show them, and of all. */
static uint64_t pages_used(const struct query *query, const struct query_mount *mount, int node,
                           struct page_size size)
{
        uint64_t pages = 0;

        if (!mount->listed)
                return 0;
        if (node < 0)
                return mount->used / size.bytes;
        for (size_t i = 0; i < query->regions.n; i++) {
                const struct region *region = query->regions.items + i;

                if (region->mount != mount->mount)
                        continue;
                for (size_t j = 0; j < region->nodes.n; j++)
                        if (region->nodes.items[j].node == (unsigned) node)
                                pages += region->nodes.items[j].pages;
        }
        return pages;
}

/* Where all pages of the pools are on one node, so are those that no process shows. */
static bool is_only_pool(const struct query_type *of, const struct query_pool *pool)
{
        for (size_t i = 0; i < of->n_pools; i++)
                if (of->pools + i != pool && of->pools[i].counts.total > 0)
                        return false;
        return true;
}

static int add_line(const struct query *query, const struct query_domain *domain,
                    enum page_type type, const struct query_pool *pool, struct lines *lines)
{
        const struct ledger_node *holding =
                domain->name ? query_claim(query, type, domain->name, pool->node) : NULL;
        const struct query_mount *mount = domain->mount + type;
        unsigned slot = query_slot(query, domain, type);
        bool only = is_only_pool(query->type + slot, pool);
        struct line *line;
        uint64_t used;

        used = pages_used(query, mount, only ? -1 : (int) pool->node,
                          pool_slot_size(&query->slots, slot));
        if (!holding && used == 0)
                return 0;
        if (grow_array(&lines->items, lines->n, &lines->room) < 0)
                return -ENOMEM;
        line = lines->items + lines->n++;
        *line = (struct line){
                .type = type, .pool = pool, .seen = mount->listed || !mount->mounted, .used = used
        };
        if (holding)
                line->holding = *holding;
        return 0;
}

/* The users of the pages of the pool. */
static int fill_use(const struct lines *lines, const struct line *line, struct table_cell *cells)
{
        const struct pool_counts *counts = &line->pool->counts;
        uint64_t busy = counts->total - counts->free,
                 others = busy > line->used ? busy - line->used : 0;
        const uint64_t parts[] = { line->used, others, counts->free };
        char *bar;

        cell_number(cells + PAGES_USED, line->used);
        cell_number(cells + PAGES_OTHERS, others);
        if (!lines->draw)
                return 0;
        bar = bar_draw(parts, BAR_CELLS);
        cell_take(cells + PAGES_BAR, bar);
        return bar ? 0 : -ENOMEM;
}

static int fill(void *userdata, size_t at, struct table_cell *cells)
{
        const struct lines *lines = userdata;
        const struct line *line = lines->items + at;
        uint64_t got = holdings_held(&line->holding);

        cell_number(cells + PAGES_NODE, line->pool->node);
        cell_number(cells + PAGES_ASKED, line->holding.asked);
        cell_number(cells + PAGES_GOT, got);
        cells[PAGES_GOT].colour = got < line->holding.asked ? COLOUR_RED : COLOUR_GREEN;
        cell_number(cells + PAGES_FREE, line->pool->counts.free);
        cell_number(cells + PAGES_TOTAL, line->pool->counts.total);
        if (line->seen && fill_use(lines, line, cells) < 0)
                return -ENOMEM;
        return query_cell_type(cells + PAGES_TYPE, lines->domain, line->type);
}

/* Pages in use whose node is not shown by any process count as others' in the lines of their nodes. */
static void print_elsewhere(const struct query *query, const struct query_domain *domain,
                            const struct lines *lines, const struct terminal *terminal)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                struct page_size size =
                        pool_slot_size(&query->slots, query_slot(query, domain, type));
                uint64_t all = page_type_has_pool(type)
                                       ? pages_used(query, domain->mount + type, -1, size)
                                       : 0;

                for (size_t i = 0; i < lines->n; i++)
                        if (lines->items[i].type == type)
                                all -= all < lines->items[i].used ? all : lines->items[i].used;
                if (all > 0)
                        fprintf(terminal->out,
                                "  %ju of its %s pages are in use where no process shows them; "
                                "they count as others'.\n",
                                (uintmax_t) all, page_size_name(size));
        }
}

int status_print_pages(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal)
{
        struct lines lines = { .draw = terminal->draws, .domain = domain };
        int r = 0;

        for_each_pool_type(type) {
                const struct query_type *of = query->type + query_slot(query, domain, type);

                for (size_t i = 0; i < of->n_pools && r >= 0; i++)
                        r = add_line(query, domain, type, of->pools + i, &lines);
        }
        if (r >= 0 && lines.n > 0) {
                fputc('\n', terminal->out);
                r = table_print(
                        &(struct table){
                                .columns = columns,
                                .n_columns = N_PAGES_COLUMNS,
                                .n_rows = lines.n,
                                .indent = 2,
                                .row = fill,
                                .userdata = &lines,
                        },
                        terminal);
                print_elsewhere(query, domain, &lines, terminal);
        }
        free(lines.items);
        return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/query/tables.h"

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/grow-array.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/tool/terminal/text.h"

enum {
        POOL_TYPE,
        POOL_NODE,
        POOL_PAGE,
        POOL_TOTAL,
        POOL_FREE,
        POOL_SURPLUS,
        POOL_PERSISTENT,
        POOL_DOMAINS,
        POOL_OTHERS,
        N_POOL_COLUMNS,
};

static const struct table_column pool_columns[N_POOL_COLUMNS] = {
        [POOL_TYPE] = { "TYPE" },
        [POOL_NODE] = { "NODE", .right = true },
        [POOL_PAGE] = { "PAGE", .right = true, .extra = true },
        [POOL_TOTAL] = { "TOTAL", .right = true },
        [POOL_FREE] = { "FREE", .right = true },
        [POOL_SURPLUS] = { "SURPLUS", .right = true },
        [POOL_PERSISTENT] = { "PERSISTENT", .right = true, .extra = true },
        [POOL_DOMAINS] = { "DOMAINS", .right = true },
        [POOL_OTHERS] = { "OTHERS", .right = true },
};

static int collect_pools(struct query_rows *rows)
{
        unsigned order[POOL_SLOTS_MAX], n = pool_slots_order(&rows->query->slots, order);

        for (unsigned at = 0; at < n; at++)
                for (size_t i = 0; query_shows(rows->query, order[at]) &&
                                   i < rows->query->type[order[at]].n_pools;
                     i++)
                        if (query_add_row(rows, &(struct query_row){
                                                        .slot = order[at],
                                                        .index = (uint32_t) i,
                                                }) < 0)
                                return -ENOMEM;
        return 0;
}

static int fill_pool(void *userdata, size_t at, struct table_cell *cells)
{
        const struct query_rows *rows = userdata;
        const struct query_row *row = rows->items + at;
        const struct query_pool *pool = rows->query->type[row->slot].pools + row->index;
        struct page_size size = pool_slot_size(&rows->query->slots, row->slot);

        cell_number(cells + POOL_NODE, pool->node);
        cell_bytes(cells + POOL_PAGE, size.bytes);
        cell_number(cells + POOL_TOTAL, pool->counts.total);
        cell_number(cells + POOL_FREE, pool->counts.free);
        cell_number(cells + POOL_SURPLUS, pool->counts.surplus);
        cell_number(cells + POOL_PERSISTENT, pool_persistent(&pool->counts));
        cell_number(cells + POOL_DOMAINS, pool->held);
        cell_number(cells + POOL_OTHERS, pool->others);
        return cell_text(cells + POOL_TYPE, page_size_name(size));
}

enum {
        DOMAIN_NAME,
        DOMAIN_STATE,
        DOMAIN_PATH,
        DOMAIN_USER,
        DOMAIN_GROUP,
        DOMAIN_MODE,
#define X(type, name, key) DOMAIN_##type##_ASKED, DOMAIN_##type,
        POOL_TYPES(X)
#undef X
                DOMAIN_USED,
        DOMAIN_REGIONS,
        DOMAIN_DECLARED,
        DOMAIN_ERROR,
        N_DOMAIN_COLUMNS,
};

static const struct table_column domain_columns[N_DOMAIN_COLUMNS] = {
        [DOMAIN_NAME] = { "DOMAIN", .wrap = 12 },
        [DOMAIN_STATE] = { "STATE" },
        [DOMAIN_PATH] = { "PATH", .wrap = 16, .drop = 3 },
        [DOMAIN_USER] = { "USER", .wrap = 8, .drop = 1 },
        [DOMAIN_GROUP] = { "GROUP", .wrap = 8, .extra = true },
        [DOMAIN_MODE] = { "MODE", .drop = 2 },
#define X(type, name, key)                                                          \
        [DOMAIN_##type##_ASKED] = { #type "-ASKED", .right = true, .extra = true }, \
        [DOMAIN_##type] = { #type, .right = true },
        POOL_TYPES(X)
#undef X
                [DOMAIN_USED] = { "USED", .right = true },
        [DOMAIN_REGIONS] = { "REGIONS", .right = true },
        [DOMAIN_DECLARED] = { "DECLARED", .extra = true },
        [DOMAIN_ERROR] = { "ERROR", .wrap = 20, .extra = true },
};

static int collect_domains(struct query_rows *rows)
{
        for (size_t i = 0; i < rows->query->n_domains; i++)
                if (query_add_row(rows, &(struct query_row){ .domain = rows->query->domains + i }) <
                    0)
                        return -ENOMEM;
        return 0;
}

static void fill_pages(const struct query *query, const struct query_domain *domain,
                       enum page_type type, struct table_cell *asked, struct table_cell *got)
{
        struct query_pages pages = query_pages(query, type, domain->name);

        cell_number(asked, pages.asked);
        cell_number(got, pages.got);
        if (pages.got < pages.asked)
                got->colour = COLOUR_RED;
}

static void fill_regions(const struct query *query, const struct query_domain *domain,
                         struct table_cell *cells)
{
        uint64_t used = 0, n = 0;
        bool known = false;
        size_t first;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                const struct query_mount *mount = domain->mount + type;

                if (!mount->listed)
                        continue;
                known = true;
                used += mount->used;
                n += regions_of_mount(&query->regions, mount->mount, &first);
        }
        if (!known)
                return;
        cell_bytes(cells + DOMAIN_USED, used);
        cell_number(cells + DOMAIN_REGIONS, n);
}

static int fill_domain(void *userdata, size_t at, struct table_cell *cells)
{
        const struct query_rows *rows = userdata;
        const struct query_domain *domain = rows->items[at].domain;

#define X(type, name, key)                                                          \
        fill_pages(rows->query, domain, PAGE_##type, cells + DOMAIN_##type##_ASKED, \
                   cells + DOMAIN_##type);
        POOL_TYPES(X)
#undef X
        fill_regions(rows->query, domain, cells);
        cells[DOMAIN_STATE].colour = query_state_colour(domain->state);
        if (cell_text(cells + DOMAIN_NAME, domain->name) < 0 ||
            cell_text(cells + DOMAIN_STATE, query_state_name(domain->state)) < 0 ||
            cell_text(cells + DOMAIN_PATH, domain->path) < 0 ||
            cell_text(cells + DOMAIN_DECLARED, domain->declared ? "yes" : "no") < 0)
                return -ENOMEM;
        if (domain->has_directory &&
            (cell_text(cells + DOMAIN_USER, text_user(domain->uid)) < 0 ||
             cell_text(cells + DOMAIN_GROUP, text_group(domain->gid)) < 0 ||
             cell_printf(cells + DOMAIN_MODE, "%04o", (unsigned) domain->mode) < 0))
                return -ENOMEM;
        return cell_text(cells + DOMAIN_ERROR, domain->error);
}

int query_cell_type(struct table_cell *cell, const struct query_domain *domain, enum page_type type)
{
        struct page_size size = query_page_size(domain, type);

        if (page_size_equal(size, page_size_default(type)))
                return cell_text(cell, page_type_name(type));
        return cell_printf(cell, "%s %s", page_type_name(type), page_size_text(size));
}

static const struct query_table pools_table = {
        .name = "pools",
        .columns = pool_columns,
        .n_columns = N_POOL_COLUMNS,
        .collect = collect_pools,
        .row = fill_pool,
};

static const struct query_table domains_table = {
        .name = "domains",
        .columns = domain_columns,
        .n_columns = N_DOMAIN_COLUMNS,
        .collect = collect_domains,
        .row = fill_domain,
};

const struct query_table *const query_tables[] = {
        &pools_table, &domains_table, &query_regions_table, &query_holders_table, NULL,
};

enum colour query_state_colour(enum query_state state)
{
        static const enum colour colours[] = {
                [STATE_DOWN] = COLOUR_NONE,    [STATE_STARTING] = COLOUR_YELLOW,
                [STATE_UP] = COLOUR_GREEN,     [STATE_DAMAGED] = COLOUR_RED,
                [STATE_LEFTOVER] = COLOUR_RED, [STATE_UNMANAGED] = COLOUR_YELLOW,
        };

        return colours[state];
}

const struct query_table *query_find_table(const char *name)
{
        const struct query_table *const *table = query_tables;

        while (*table && strcmp((*table)->name, name) != 0)
                table++;
        return *table;
}

void query_table_init(const struct query_table *table, struct query_rows *rows,
                      const struct table_format *format, struct table *ret)
{
        *ret = (struct table){
                .columns = table->columns,
                .n_columns = table->n_columns,
                .n_rows = rows->n,
                .format = format,
                .row = table->row,
                .userdata = rows,
        };
}

int query_add_row(struct query_rows *rows, const struct query_row *row)
{
        int r = grow_array(&rows->items, rows->n, &rows->room);

        if (r < 0)
                return r;
        rows->items[rows->n++] = *row;
        return 0;
}

void query_rows_done(struct query_rows *rows)
{
        free(rows->items);
        *rows = (struct query_rows){};
}

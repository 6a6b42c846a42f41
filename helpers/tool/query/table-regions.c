/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Regions, and the processes that hold them or other huge pages. */

#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/tool/query/tables.h"
#include "helpers/tool/terminal/text.h"

static int fill_nodes(struct table_cell *cell, const struct node_pages_list *nodes)
{
        char *text = NULL;

        if (node_pages_text(nodes, &text) < 0)
                return -ENOMEM;
        cell_take(cell, text);
        return 0;
}

void query_print_holder(FILE *out, const struct query *query, const struct holding *holding,
                        const char *separator)
{
        const struct memory_process *process = query->users.processes + holding->process;

        fprintf(out, "%s%d %s (%s)", separator, (int) process->pid, process->command,
                text_user(process->uid));
}

static int fill_holders(struct table_cell *cell, const struct query *query, uint32_t first)
{
        const struct holding *holdings = query->regions.holdings;
        char *text = NULL;
        size_t size;
        FILE *out;

        if (first == REGION_NONE)
                return 0;
        out = open_memstream(&text, &size);
        if (!out)
                return -ENOMEM;

        for (uint32_t i = first; i != REGION_NONE; i = holdings[i].next)
                query_print_holder(out, query, holdings + i, i == first ? "" : ", ");
        if (fclose(out) != 0) {
                free(text);
                return -ENOMEM;
        }
        cell_take(cell, text);
        return 0;
}

enum {
        REGION_DOMAIN,
        REGION_NAME,
        REGION_PATH,
        REGION_TYPE,
        REGION_SIZE,
        REGION_USED,
        REGION_OWNER,
        REGION_MODE,
        REGION_AGE,
        REGION_NODES,
        REGION_HELD_BY,
        N_REGION_COLUMNS,
};

static const struct table_column region_columns[N_REGION_COLUMNS] = {
        [REGION_DOMAIN] = { "DOMAIN", .wrap = 12 },
        [REGION_NAME] = { "REGION", .wrap = 20 },
        [REGION_PATH] = { "PATH", .wrap = 20, .extra = true },
        [REGION_TYPE] = { "TYPE", .drop = 2 },
        [REGION_SIZE] = { "SIZE", .right = true },
        [REGION_USED] = { "USED", .right = true, .drop = 4 },
        [REGION_OWNER] = { "OWNER", .wrap = 10, .drop = 5 },
        [REGION_MODE] = { "MODE", .drop = 6 },
        [REGION_AGE] = { "AGE", .right = true, .drop = 3 },
        [REGION_NODES] = { "NODES", .wrap = 8, .drop = 1 },
        [REGION_HELD_BY] = { "HELD-BY", .wrap = 28 },
};

static int add_mount_regions(struct query_rows *rows, struct query_row *row)
{
        const struct query_mount *mount = row->domain->mount + row->type;
        const struct regions *regions = &rows->query->regions;
        size_t first, n = regions_of_mount(regions, mount->mount, &first);

        for (size_t i = 0; i < n; i++) {
                row->index = (uint32_t) (first + i);
                if (query_add_row(rows, row) < 0)
                        return -ENOMEM;
        }
        for (size_t i = regions->n_named; i < regions->n; i++) {
                row->index = (uint32_t) i;
                if (regions->items[i].mount == mount->mount && query_add_row(rows, row) < 0)
                        return -ENOMEM;
        }
        return 0;
}

int query_add_regions(struct query_rows *rows, const struct query_domain *domain)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                struct query_row row = { .domain = domain, .type = type };

                if (domain->mount[type].listed && add_mount_regions(rows, &row) < 0)
                        return -ENOMEM;
        }
        return 0;
}

static int collect_regions(struct query_rows *rows)
{
        for (size_t i = 0; i < rows->query->n_domains; i++)
                if (query_add_regions(rows, rows->query->domains + i) < 0)
                        return -ENOMEM;
        return 0;
}

static int fill_domain_name(const struct query_rows *rows, const struct query_row *row,
                            struct table_cell *cell)
{
        if (rows->of_one_domain || !row->domain)
                return 0;
        return cell_text(cell, row->domain->name ?: row->domain->path);
}

static int fill_region(void *userdata, size_t at, struct table_cell *cells)
{
        const struct query_rows *rows = userdata;
        const struct query_row *row = rows->items + at;
        const struct region *region = rows->query->regions.items + row->index;

        if (region->deleted)
                cells[REGION_NAME].colour = COLOUR_YELLOW;
        cell_bytes(cells + REGION_SIZE, region->size);
        cell_bytes(cells + REGION_USED, region->allocated);
        cell_seconds(cells + REGION_AGE, rows->query->now - region->made);
        if (fill_domain_name(rows, row, cells + REGION_DOMAIN) < 0 ||
            cell_printf(cells + REGION_NAME, "%s%s", region->name,
                        region->deleted ? " (deleted)" : "") < 0 ||
            cell_printf(cells + REGION_PATH, "%s/%s", row->domain->mount[row->type].path,
                        region->name) < 0 ||
            cell_text(cells + REGION_TYPE, page_type_name(row->type)) < 0 ||
            cell_printf(cells + REGION_OWNER, "%s:%s", text_user(region->uid),
                        text_group(region->gid)) < 0 ||
            cell_printf(cells + REGION_MODE, "%04o", (unsigned) region->mode) < 0 ||
            fill_nodes(cells + REGION_NODES, &region->nodes) < 0)
                return -ENOMEM;
        return fill_holders(cells + REGION_HELD_BY, rows->query, region->first_holding);
}

const struct query_table query_regions_table = {
        .name = "regions",
        .columns = region_columns,
        .n_columns = N_REGION_COLUMNS,
        .collect = collect_regions,
        .row = fill_region,
};

enum {
        HOLDER_DOMAIN,
        HOLDER_PID,
        HOLDER_USER,
        HOLDER_COMMAND,
        HOLDER_KIND,
        HOLDER_NAME,
        HOLDER_USE,
        HOLDER_PAGE,
        HOLDER_MAPPED_BYTES,
        HOLDER_HAS,
        HOLDER_NODES,
        N_HOLDER_COLUMNS,
};

static const struct table_column holder_columns[N_HOLDER_COLUMNS] = {
        [HOLDER_DOMAIN] = { "DOMAIN", .wrap = 12 },
        [HOLDER_PID] = { "PID", .right = true },
        [HOLDER_USER] = { "USER", .wrap = 8 },
        [HOLDER_COMMAND] = { "COMMAND", .wrap = 12 },
        [HOLDER_KIND] = { "KIND" },
        [HOLDER_NAME] = { "NAME", .wrap = 16 },
        [HOLDER_USE] = { "USE", .extra = true },
        [HOLDER_PAGE] = { "PAGE", .right = true, .drop = 3 },
        [HOLDER_MAPPED_BYTES] = { "MAPPED", .right = true, .drop = 2 },
        [HOLDER_HAS] = { "HAS", .right = true },
        [HOLDER_NODES] = { "NODES", .wrap = 12, .drop = 1 },
};

/* The kind of index in struct query_row: a holding of a region, one of a directory, or a use of
 * huge pages outside the domains. */
enum { HOLDS_REGION, HOLDS_DIRECTORY, HOLDS_PAGES };

static int add_mount_holders(struct query_rows *rows, struct query_row *row)
{
        uint32_t number = row->domain->mount[row->type].mount;
        const struct regions *regions = &rows->query->regions;

        for (size_t i = 0; i < regions->n_holdings; i++) {
                row->kind = HOLDS_REGION;
                row->index = (uint32_t) i;
                if (regions->items[regions->holdings[i].region].mount == number &&
                    query_add_row(rows, row) < 0)
                        return -ENOMEM;
        }
        for (size_t i = 0; i < regions->n_directories; i++) {
                row->kind = HOLDS_DIRECTORY;
                row->index = (uint32_t) i;
                if (regions->directories[i].region == number && query_add_row(rows, row) < 0)
                        return -ENOMEM;
        }
        return 0;
}

int query_add_uses(struct query_rows *rows)
{
        struct query_row row = { .kind = HOLDS_PAGES };

        for (size_t i = 0; i < rows->query->users.n_uses; i++) {
                row.index = (uint32_t) i;
                if (query_add_row(rows, &row) < 0)
                        return -ENOMEM;
        }
        return 0;
}

static int collect_holders(struct query_rows *rows)
{
        const struct query *query = rows->query;

        for (size_t i = 0; i < query->n_domains; i++)
                for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                        struct query_row row = { .domain = query->domains + i, .type = type };

                        if (row.domain->mount[type].listed && add_mount_holders(rows, &row) < 0)
                                return -ENOMEM;
                }
        return query_add_uses(rows);
}

static int fill_process(struct table_cell *cells, const struct query *query, uint32_t number)
{
        const struct memory_process *process = query->users.processes + number;

        cell_number(cells + HOLDER_PID, (uint64_t) process->pid);
        if (cell_text(cells + HOLDER_USER, text_user(process->uid)) < 0)
                return -ENOMEM;
        return cell_text(cells + HOLDER_COMMAND, process->command);
}

static int fill_use_words(struct table_cell *cell, unsigned use)
{
        static const char *const words[] = { "open", "mapped", "cwd", "root" };
        char text[32] = "";

        for (size_t i = 0; i < ELEMENTSOF(words); i++)
                if (use & 1u << i) {
                        strcat(text, *text ? "," : "");
                        strcat(text, words[i]);
                }
        return cell_text(cell, text);
}

static int fill_held_region(const struct query_rows *rows, const struct query_row *row,
                            struct table_cell *cells)
{
        const struct regions *regions = &rows->query->regions;
        const struct holding *holding = regions->holdings + row->index;
        const struct region *region = regions->items + holding->region;

        cell_bytes(cells + HOLDER_PAGE, query_page_size(row->domain, row->type).bytes);
        cell_bytes(cells + HOLDER_HAS, region->allocated);
        if (cell_text(cells + HOLDER_KIND, "region") < 0 ||
            cell_text(cells + HOLDER_NAME, region->name) < 0 ||
            fill_use_words(cells + HOLDER_USE, holding->use) < 0 ||
            fill_nodes(cells + HOLDER_NODES, &region->nodes) < 0)
                return -ENOMEM;
        return fill_process(cells, rows->query, holding->process);
}

static int fill_held_directory(const struct query_rows *rows, const struct query_row *row,
                               struct table_cell *cells)
{
        const struct holding *holding = rows->query->regions.directories + row->index;

        if (cell_text(cells + HOLDER_KIND, "directory") < 0 ||
            cell_text(cells + HOLDER_NAME, page_type_directory(row->type)) < 0 ||
            fill_use_words(cells + HOLDER_USE, holding->use) < 0)
                return -ENOMEM;
        return fill_process(cells, rows->query, holding->process);
}

static int fill_pages(const struct query_rows *rows, const struct query_row *row,
                      struct table_cell *cells)
{
        const struct memory_use *use = rows->query->users.uses + row->index;

        if (use->page_size > 0)
                cell_bytes(cells + HOLDER_PAGE, use->page_size);
        if (use->kind != MEMORY_UNSEEN)
                cell_bytes(cells + HOLDER_MAPPED_BYTES, use->mapped);
        cell_bytes(cells + HOLDER_HAS, use->allocated);
        if (cell_text(cells + HOLDER_KIND, memory_kind_name(use->kind)) < 0 ||
            cell_text(cells + HOLDER_NAME, use->name) < 0 ||
            fill_nodes(cells + HOLDER_NODES, &use->nodes) < 0)
                return -ENOMEM;
        return fill_process(cells, rows->query, use->process);
}

static int fill_holder(void *userdata, size_t at, struct table_cell *cells)
{
        static int (*const fill[])(const struct query_rows *, const struct query_row *,
                                   struct table_cell *) = {
                [HOLDS_REGION] = fill_held_region,
                [HOLDS_DIRECTORY] = fill_held_directory,
                [HOLDS_PAGES] = fill_pages,
        };
        const struct query_rows *rows = userdata;
        const struct query_row *row = rows->items + at;

        if (fill_domain_name(rows, row, cells + HOLDER_DOMAIN) < 0)
                return -ENOMEM;
        return fill[row->kind](rows, row, cells);
}

const struct query_table query_holders_table = {
        .name = "holders",
        .columns = holder_columns,
        .n_columns = N_HOLDER_COLUMNS,
        .collect = collect_holders,
        .row = fill_holder,
};

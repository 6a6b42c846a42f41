/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/query/region-table.h"

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/tool/terminal/text.h"

/* What the rows of a domain's tables are made of. The regions of a mount are two stretches: those
 * with a name, and those that only holders show, which are picked one by one. */
struct rows {
        const struct query *query;
        const struct query_domain *domain;
        uint32_t *regions;
        size_t n_regions;
};

char *region_table_nodes(const struct node_pages_list *nodes)
{
        char *text = NULL;
        size_t size;
        FILE *out;

        if (nodes->n == 0)
                return NULL;
        out = open_memstream(&text, &size);
        if (!out)
                return NULL;

        for (size_t i = 0; i < nodes->n; i++)
                fprintf(out, "%s%u:%" PRIu64, i ? " " : "", nodes->items[i].node,
                        nodes->items[i].pages);
        if (fclose(out) != 0) {
                free(text);
                return NULL;
        }
        return text;
}

static void print_holder(FILE *out, const struct query *query, const struct holding *holding,
                         const char *separator)
{
        const struct memory_process *process = query->users.processes + holding->process;
        _cleanup_free_ char *command = text_escape(process->command),
                            *user = text_escape(text_user(process->uid));

        fprintf(out, "%s%d %s (%s)", separator, (int) process->pid, command ?: "?", user ?: "?");
}

/* "812 fdctl (firedancer), 813 fdctl (firedancer)"; NULL if there are none. */
static char *format_holders(const struct query *query, uint32_t first)
{
        const struct regions *regions = &query->regions;
        const char *separator = "";
        char *text = NULL;
        size_t size;
        FILE *out;

        if (first == REGION_NONE)
                return NULL;
        out = open_memstream(&text, &size);
        if (!out)
                return NULL;

        for (uint32_t i = first; i != REGION_NONE; i = regions->holdings[i].next) {
                print_holder(out, query, regions->holdings + i, separator);
                separator = ", ";
        }
        if (fclose(out) != 0) {
                free(text);
                return NULL;
        }
        return text;
}

static const struct table_column mount_columns[] = {
        { .title = "MOUNT" },
        { .title = "CLAIMED", .right = true },
        { .title = "USED", .right = true },
        { .title = "LIMIT", .right = true, .drop = 2 },
        { .title = "REGIONS", .right = true },
        { .title = "OPTIONS", .wrap = 40, .drop = 3 },
        { .title = "DIRECTORY HELD BY", .wrap = 16, .drop = 1 },
};

static char *format_directory_holders(const struct query *query, const struct query_mount *mount)
{
        const struct regions *regions = &query->regions;
        const char *separator = "";
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;

        for (size_t i = 0; i < regions->n_directories && mount->listed; i++)
                if (regions->directories[i].region == mount->mount) {
                        print_holder(out, query, regions->directories + i, separator);
                        separator = ", ";
                }
        if (fclose(out) != 0 || size == 0) {
                free(text);
                return NULL;
        }
        return text;
}

static int fill_mount(void *userdata, size_t at, struct table_cell *cells)
{
        const struct rows *rows = userdata;
        const struct query_mount *mount = rows->domain->mount + at;
        size_t first;

        if (cell_printf(cells, "%s", page_type_name((enum page_type) at)) < 0)
                return -ENOMEM;
        if (!mount->mounted) {
                cells[1].colour = COLOUR_YELLOW;
                return rows->domain->state == DOMAIN_DOWN ? 0
                                                          : cell_printf(cells + 1, "not mounted");
        }

        if (mount->has_claim)
                cells[1].text = text_bytes(mount->claimed);
        if (mount->has_limit)
                cells[3].text = text_bytes(mount->limit);
        cells[5].text = text_escape(mount->options ?: "");
        cells[6].text = format_directory_holders(rows->query, mount);
        if (!mount->listed)
                return 0;

        cells[2].text = text_bytes(mount->used);
        return cell_printf(cells + 4, "%zu",
                           regions_of_mount(&rows->query->regions, mount->mount, &first));
}

static const struct table_column region_columns[] = {
        { .title = "REGION", .wrap = 20 },
        { .title = "TYPE", .drop = 2 },
        { .title = "SIZE", .right = true },
        { .title = "USED", .right = true, .drop = 4 },
        { .title = "OWNER", .wrap = 10, .drop = 5 },
        { .title = "MODE", .drop = 6 },
        { .title = "AGE", .right = true, .drop = 3 },
        { .title = "NODES", .wrap = 8, .drop = 1 },
        { .title = "HELD BY", .wrap = 28 },
};

static enum page_type type_of(const struct rows *rows, const struct region *region)
{
        enum page_type type = 0;

        while (type + 1 < N_PAGE_TYPES && !(rows->domain->mount[type].listed &&
                                            rows->domain->mount[type].mount == region->mount))
                type++;
        return type;
}

static int fill_region(void *userdata, size_t at, struct table_cell *cells)
{
        const struct rows *rows = userdata;
        const struct region *region = rows->query->regions.items + rows->regions[at];
        _cleanup_free_ char *name = text_escape(region->name),
                            *user = text_escape(text_user(region->uid)),
                            *group = text_escape(text_group(region->gid));

        if (cell_printf(cells, "%s%s", name ?: "?", region->deleted ? " (deleted)" : "") < 0 ||
            cell_printf(cells + 1, "%s", page_type_name(type_of(rows, region))) < 0 ||
            cell_printf(cells + 4, "%s:%s", user ?: "?", group ?: "?") < 0 ||
            cell_printf(cells + 5, "%04o", (unsigned) region->mode) < 0)
                return -ENOMEM;

        cells[0].colour = region->deleted ? COLOUR_YELLOW : COLOUR_NONE;
        cells[2].text = text_bytes(region->size);
        cells[3].text = text_bytes(region->allocated);
        cells[6].text = text_age(rows->query->now - region->made);
        cells[7].text = region_table_nodes(&region->nodes);
        cells[8].text = format_holders(rows->query, region->first_holding);
        return 0;
}

static int collect_rows(struct rows *rows)
{
        const struct regions *regions = &rows->query->regions;

        rows->regions = malloc((regions->n ?: 1) * sizeof(*rows->regions));
        if (!rows->regions)
                return -ENOMEM;

        for (enum page_type type = 0; type < N_PAGE_TYPES; type++) {
                const struct query_mount *mount = rows->domain->mount + type;
                size_t first, n;

                if (!mount->listed)
                        continue;
                n = regions_of_mount(regions, mount->mount, &first);
                for (size_t i = 0; i < n; i++)
                        rows->regions[rows->n_regions++] = (uint32_t) (first + i);
                for (size_t i = regions->n_named; i < regions->n; i++)
                        if (regions->items[i].mount == mount->mount)
                                rows->regions[rows->n_regions++] = (uint32_t) i;
        }
        return 0;
}

static void print_head(const struct query_domain *domain, const struct terminal *terminal)
{
        static const enum colour colours[] = {
                [DOMAIN_DOWN] = COLOUR_NONE,    [DOMAIN_STARTING] = COLOUR_YELLOW,
                [DOMAIN_UP] = COLOUR_GREEN,     [DOMAIN_DAMAGED] = COLOUR_RED,
                [DOMAIN_LEFTOVER] = COLOUR_RED, [DOMAIN_UNMANAGED] = COLOUR_YELLOW,
        };
        _cleanup_free_ char *name = text_escape(domain->name ?: ""),
                            *path = text_escape(domain->path),
                            *error = domain->error ? text_escape(domain->error) : NULL;
        FILE *out = terminal->out;

        fprintf(out, "\n%sDomain%s%s%s%s%s  %s%s%s", terminal_start(terminal, COLOUR_BOLD),
                domain->name ? " " : "", name ?: "?", terminal_end(terminal, COLOUR_BOLD),
                domain->name ? "  " : " ", path ?: "?",
                terminal_start(terminal, colours[domain->state]), query_state_name(domain->state),
                terminal_end(terminal, colours[domain->state]));
        if (domain->has_directory && domain->state != DOMAIN_DOWN)
                fprintf(out, "  %s:%s %04o", text_user(domain->uid), text_group(domain->gid),
                        (unsigned) domain->mode);
        fprintf(out, "%s\n", domain->declared || !domain->name ? "" : "  (not declared)");
        if (error)
                terminal_print(terminal, 2, COLOUR_RED, error);
}

static void print_failure(const struct query_domain *domain, const struct terminal *terminal)
{
        _cleanup_free_ char *text = NULL, *line = NULL;

        if (!domain->failure)
                return;
        if (asprintf(&text, "failed last: %.*s", (int) strcspn(domain->failure, "\n"),
                     domain->failure) < 0)
                text = NULL;
        line = text ? text_to_line(text) : NULL;
        if (line)
                terminal_print(terminal, 2, COLOUR_RED, line);
}

static void print_damage(const struct query *query, const struct query_domain *domain,
                         const struct terminal *terminal)
{
        for (size_t i = 0; i < query->drift.n; i++) {
                const struct drift *drift = query->drift.items + i;
                _cleanup_free_ char *line = NULL;

                if (domain->state != DOMAIN_DAMAGED || strcmp(drift->domain, domain->name) != 0)
                        continue;
                line = text_to_line(drift->text);
                if (line)
                        terminal_print(terminal, 2, COLOUR_RED, line);
        }
}

static void print_foreign(const struct query_domain *domain, const struct terminal *terminal)
{
        _cleanup_free_ char *user = NULL, *line = NULL;

        if (domain->n_foreign == 0)
                return;
        user = text_escape(text_user(domain->foreign));
        if (asprintf(&line,
                     "%zu region%s of others here (user %s): a program that looks for a mount "
                     "itself? See fd-shmem.conf(5).",
                     domain->n_foreign, domain->n_foreign == 1 ? "" : "s", user ?: "?") < 0)
                return;
        terminal_print(terminal, 2, COLOUR_YELLOW, line);
}

int region_table_print(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal)
{
        struct rows rows = { .query = query, .domain = domain };
        struct table mounts = {
                .columns = mount_columns,
                .n_columns = ELEMENTSOF(mount_columns),
                .n_rows = N_PAGE_TYPES,
                .indent = 2,
                .row = fill_mount,
                .userdata = &rows,
        };
        struct table regions = {
                .columns = region_columns,
                .n_columns = ELEMENTSOF(region_columns),
                .indent = 2,
                .row = fill_region,
                .userdata = &rows,
        };
        int r;

        print_head(domain, terminal);
        print_failure(domain, terminal);
        print_damage(query, domain, terminal);
        print_foreign(domain, terminal);
        if (domain->state == DOMAIN_DOWN)
                return 0;

        r = table_print(&mounts, terminal);
        if (r >= 0)
                r = collect_rows(&rows);
        if (r >= 0 && rows.n_regions > 0) {
                fputc('\n', terminal->out);
                regions.n_rows = rows.n_regions;
                r = table_print(&regions, terminal);
        }
        free(rows.regions);
        return r;
}

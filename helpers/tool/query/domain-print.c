/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/query/domain-print.h"

#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "helpers/tool/query/tables.h"
#include "helpers/tool/terminal/text.h"

enum {
        MOUNT_TYPE,
        MOUNT_CLAIMED,
        MOUNT_USED,
        MOUNT_LIMIT,
        MOUNT_REGIONS,
        MOUNT_OPTIONS,
        MOUNT_DIRECTORY,
        N_MOUNT_COLUMNS,
};

static const struct table_column mount_columns[N_MOUNT_COLUMNS] = {
        [MOUNT_TYPE] = { "MOUNT" },
        [MOUNT_CLAIMED] = { "CLAIMED", .right = true },
        [MOUNT_USED] = { "USED", .right = true },
        [MOUNT_LIMIT] = { "LIMIT", .right = true, .drop = 2 },
        [MOUNT_REGIONS] = { "REGIONS", .right = true },
        [MOUNT_OPTIONS] = { "OPTIONS", .wrap = 40, .drop = 3 },
        [MOUNT_DIRECTORY] = { "DIRECTORY-HELD-BY", .wrap = 16, .drop = 1 },
};

/* The mounts of one domain. */
struct mounts {
        const struct query *query;
        const struct query_domain *domain;
};

/* The processes that use directories of MOUNT; NULL: none. *RET is the caller's. */
static int directory_holders(const struct query *query, const struct query_mount *mount, char **ret)
{
        const struct regions *regions = &query->regions;
        char *text = NULL;
        size_t size, n = 0;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return -ENOMEM;
        for (size_t i = 0; i < regions->n_directories && mount->listed; i++)
                if (regions->directories[i].region == mount->mount)
                        query_print_holder(out, query, regions->directories + i, n++ ? ", " : "");
        if (fclose(out) != 0) {
                free(text);
                return -ENOMEM;
        }
        if (n == 0) {
                free(text);
                text = NULL;
        }
        *ret = text;
        return 0;
}

static int fill_mount(void *userdata, size_t at, struct table_cell *cells)
{
        const struct mounts *mounts = userdata;
        const struct query_mount *mount = mounts->domain->mount + at;
        char *holders;
        size_t first;

        if (query_cell_type(cells + MOUNT_TYPE, mounts->domain, (enum page_type) at) < 0)
                return -ENOMEM;
        if (!mount->mounted) {
                cells[MOUNT_CLAIMED].colour = COLOUR_YELLOW;
                return mounts->domain->state == STATE_DOWN
                               ? 0
                               : cell_text(cells + MOUNT_CLAIMED, "not mounted");
        }

        if (mount->has_claim)
                cell_bytes(cells + MOUNT_CLAIMED, mount->claimed);
        if (mount->has_limit)
                cell_bytes(cells + MOUNT_LIMIT, mount->limit);
        if (cell_text(cells + MOUNT_OPTIONS, mount->options ?: "") < 0 ||
            directory_holders(mounts->query, mount, &holders) < 0)
                return -ENOMEM;
        cell_take(cells + MOUNT_DIRECTORY, holders);
        if (!mount->listed)
                return 0;

        cell_bytes(cells + MOUNT_USED, mount->used);
        cell_number(cells + MOUNT_REGIONS,
                    regions_of_mount(&mounts->query->regions, mount->mount, &first));
        return 0;
}

static void print_head(const struct query_domain *domain, const struct terminal *terminal)
{
        enum colour colour = query_state_colour(domain->state);
        _cleanup_free_ char *name = text_escape(domain->name ?: ""),
                            *path = text_escape(domain->path[0] ? domain->path : "no mounts"),
                            *error = domain->error ? text_escape(domain->error) : NULL;
        FILE *out = terminal->out;

        fprintf(out, "%sDomain%s%s%s%s%s  %s%s%s", terminal_start(terminal, COLOUR_BOLD),
                domain->name ? " " : "", name ?: "?", terminal_end(terminal, COLOUR_BOLD),
                domain->name ? "  " : " ", path ?: "?", terminal_start(terminal, colour),
                query_state_name(domain->state), terminal_end(terminal, colour));
        if (domain->has_directory && domain->state != STATE_DOWN)
                fprintf(out, "  %s:%s %04o", text_user(domain->uid), text_group(domain->gid),
                        (unsigned) domain->mode);
        fprintf(out, "%s\n", domain->declared || !domain->name ? "" : "  (not declared)");
        if (error)
                terminal_print(terminal, 2, COLOUR_RED, error);
}

/* The first line of TEXT after WHAT. */
static void print_reason(const struct terminal *terminal, enum colour colour, const char *what,
                         const char *text)
{
        _cleanup_free_ char *whole = NULL, *line = NULL;

        if (!text)
                return;
        if (asprintf(&whole, "%s: %.*s", what, (int) strcspn(text, "\n"), text) < 0)
                whole = NULL;
        line = whole ? text_to_line(whole) : NULL;
        if (line)
                terminal_print(terminal, 2, colour, line);
}

static void print_damage(const struct query *query, const struct query_domain *domain,
                         const struct terminal *terminal)
{
        for (size_t i = 0; i < query->drift.n; i++) {
                const struct drift *drift = query->drift.items + i;
                _cleanup_free_ char *line = NULL;

                if (domain->state != STATE_DAMAGED || strcmp(drift->domain, domain->name) != 0)
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

static int print_regions(const struct query *query, const struct query_domain *domain,
                         const struct terminal *terminal)
{
        _cleanup_query_rows_ struct query_rows rows = { .query = query, .of_one_domain = true };
        struct table table;

        if (query_add_regions(&rows, domain) < 0)
                return -ENOMEM;
        if (rows.n == 0)
                return 0;

        fputc('\n', terminal->out);
        query_table_init(&query_regions_table, &rows, NULL, &table);
        table.indent = 2;
        return table_print(&table, terminal);
}

void query_print_state(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal)
{
        print_head(domain, terminal);
        print_reason(terminal, COLOUR_YELLOW, "not started", domain->unmet);
        print_reason(terminal, COLOUR_RED, "failed last", domain->failure);
        print_damage(query, domain, terminal);
        print_foreign(domain, terminal);
}

int query_print_domain(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal)
{
        struct mounts mounts = { .query = query, .domain = domain };
        int r;

        fputc('\n', terminal->out);
        query_print_state(query, domain, terminal);
        if (domain->state == STATE_DOWN)
                return 0;

        r = table_print(
                &(struct table){
                        .columns = mount_columns,
                        .n_columns = N_MOUNT_COLUMNS,
                        .n_rows = N_PAGE_TYPES,
                        .indent = 2,
                        .row = fill_mount,
                        .userdata = &mounts,
                },
                terminal);
        return r < 0 ? r : print_regions(query, domain, terminal);
}

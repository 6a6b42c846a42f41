/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "basic/cleanup.h"
#include "helpers/tool/status/status.h"
#include "helpers/tool/terminal/table.h"
#include "helpers/tool/terminal/text.h"

enum {
        HOLDER_PID,
        HOLDER_USER,
        HOLDER_COMMAND,
        HOLDER_REGIONS,
        HOLDER_DIRECTORIES,
        N_HOLDER_COLUMNS,
};

static const struct table_column columns[N_HOLDER_COLUMNS] = {
        [HOLDER_PID] = { "PID", .right = true },
        [HOLDER_USER] = { "USER", .wrap = 8 },
        [HOLDER_COMMAND] = { "HELD BY", .wrap = 12 },
        [HOLDER_REGIONS] = { "REGIONS", .right = true },
        [HOLDER_DIRECTORIES] = { "DIRECTORIES", .right = true },
};

/* The regions held by one process. */
struct holder {
        const struct memory_process *process;
        uint64_t regions, directories;
};

static bool is_of(const struct query_domain *domain, uint32_t mount)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (domain->mount[type].listed && domain->mount[type].mount == mount)
                        return true;
        return false;
}

/* HOLDERS has one entry for each process. */
static void count(const struct query *query, const struct query_domain *domain,
                  struct holder *holders)
{
        const struct regions *regions = &query->regions;

        for (size_t i = 0; i < regions->n_holdings; i++)
                if (is_of(domain, regions->items[regions->holdings[i].region].mount))
                        holders[regions->holdings[i].process].regions++;
        for (size_t i = 0; i < regions->n_directories; i++)
                if (is_of(domain, regions->directories[i].region))
                        holders[regions->directories[i].process].directories++;
}

/* Leaves those that hold something; returns how many. */
static size_t pick(const struct query *query, struct holder *holders)
{
        size_t n = 0;

        for (size_t i = 0; i < query->users.n_processes; i++)
                if (holders[i].regions + holders[i].directories > 0) {
                        holders[n] = holders[i];
                        holders[n++].process = query->users.processes + i;
                }
        return n;
}

static int fill(void *userdata, size_t at, struct table_cell *cells)
{
        const struct holder *holder = (const struct holder *) userdata + at;

        cell_number(cells + HOLDER_PID, (uint64_t) holder->process->pid);
        cell_number(cells + HOLDER_REGIONS, holder->regions);
        cell_number(cells + HOLDER_DIRECTORIES, holder->directories);
        if (cell_text(cells + HOLDER_USER, text_user(holder->process->uid)) < 0)
                return -ENOMEM;
        return cell_text(cells + HOLDER_COMMAND, holder->process->command);
}

int status_print_holders(const struct query *query, const struct query_domain *domain,
                         const struct terminal *terminal)
{
        _cleanup_free_ struct holder *holders =
                calloc(query->users.n_processes + 1, sizeof(*holders));
        size_t n;

        if (!holders)
                return -ENOMEM;
        count(query, domain, holders);
        n = pick(query, holders);
        if (n == 0)
                return 0;

        fputc('\n', terminal->out);
        return table_print(
                &(struct table){
                        .columns = columns,
                        .n_columns = N_HOLDER_COLUMNS,
                        .n_rows = n,
                        .indent = 2,
                        .row = fill,
                        .userdata = holders,
                },
                terminal);
}

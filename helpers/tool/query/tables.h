/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The answer as tables of one kind of thing each, for "query --table=". */

#include "helpers/tool/inspect/query-model.h"
#include "helpers/tool/terminal/table.h"

struct query_row {
        const struct query_domain *domain; /* NULL: none */
        enum page_type type;
        unsigned slot;  /* of a pool */
        unsigned kind;  /* of a holder: table-regions.c */
        uint32_t index; /* of the pool, region, holding, use */
};

struct query_rows {
        const struct query *query;
        struct query_row *items;
        size_t n, room;
        bool of_one_domain; /* its name is in a heading, and not in each row */
};

/* "huge", or "huge 32M" where the domain has a size of its own. -ENOMEM. */
int query_cell_type(struct table_cell *cell, const struct query_domain *domain,
                    enum page_type type);

struct query_table {
        const char *name;
        const struct table_column *columns;
        size_t n_columns;
        int (*collect)(struct query_rows *rows); /* -ENOMEM */
        int (*row)(void *userdata, size_t row, struct table_cell *cells);
};

/* Ended by NULL. */
extern const struct query_table *const query_tables[];
extern const struct query_table query_regions_table, query_holders_table;

/* NULL: there is none of that name. */
const struct query_table *query_find_table(const char *name);

/* Sets *RET to the table of ROWS, which stay the caller's. */
void query_table_init(const struct query_table *table, struct query_rows *rows,
                      const struct table_format *format, struct table *ret);

int query_add_row(struct query_rows *rows, const struct query_row *row);
void query_rows_done(struct query_rows *rows);

/* Adds rows of the regions of one domain, or of users of huge pages outside the domains. */
int query_add_regions(struct query_rows *rows, const struct query_domain *domain);
int query_add_uses(struct query_rows *rows);

/* Prints SEPARATOR and "812 fdctl (firedancer)", names as they are. */
void query_print_holder(FILE *out, const struct query *query, const struct holding *holding,
                        const char *separator);

enum colour query_state_colour(enum query_state state);

#define _cleanup_query_rows_ _cleanup_(query_rows_done)

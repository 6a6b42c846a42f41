/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The answer for people and for programs. */

#include "helpers/tool/inspect/query-model.h"
#include "helpers/tool/query/tables.h"

int query_print_table(const struct query *query, FILE *out);
int query_print_json(const struct query *query, enum json_mode mode, FILE *out);

/* One TABLE of it, to people (JSON_OFF) or programs. */
int query_print_one(const struct query *query, const struct query_table *table,
                    const struct table_format *format, enum json_mode mode, FILE *out);

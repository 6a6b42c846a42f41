/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The answer for people and for programs. */

#include "helpers/tool/query/query-model.h"

int query_print_table(const struct query *query, FILE *out);
int query_print_json(const struct query *query, FILE *out);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which columns of a table fit, and how wide each is. */

#include "helpers/tool/terminal/table.h"

/* Blanks between columns. */
#define TABLE_GAP "  "

struct table_layout {
        size_t columns[TABLE_COLUMNS_MAX]; /* those that are shown, in order */
        size_t width[TABLE_COLUMNS_MAX];   /* of each of them */
        size_t n_columns;
        size_t dropped[TABLE_COLUMNS_MAX]; /* those left out for lack of room */
        size_t n_dropped;
};

/* Looks at all rows, and fits them into WIDTH (0: as wide as it gets). Returns 0, -ENOMEM, or the
 * error of row(). */
int table_layout(const struct table *table, const struct table_format *format, size_t width,
                 struct table_layout *ret);

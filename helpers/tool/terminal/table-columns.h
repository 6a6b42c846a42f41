/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Selecting columns by name, like lsblk(8). */

#include "helpers/tool/terminal/table.h"

/* Sets FORMAT's columns to those that LIST names, separated by commas, whatever their case; "+LIST"
 * adds them to the default. -EINVAL: LIST is invalid, logged with the available columns. */
int table_columns_parse(const char *list, const struct table_column *columns, size_t n_columns,
                        struct table_format *format);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A bar that shows the parts of a whole. */

#include <stddef.h>
#include <stdint.h>

/* How many of CELLS each of the N PARTS gets: in proportion to their sizes, CELLS in total; every
 * part other than zero gets at least one, if there are enough. Pure. */
void bar_divide(const uint64_t *parts, size_t n, unsigned cells, unsigned *ret);

/* "████▒▒░░": PARTS in the order used, others', free. NULL: out of memory; caller frees. */
char *bar_draw(const uint64_t parts[3], unsigned cells);

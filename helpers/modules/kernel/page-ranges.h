/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ranges from which gigantic pages can be allocated, page by page (/proc/kpageflags). */

#include <stdbool.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

/* Whether the node has a range of SIZE, not yet a gigantic page, without permanent allocations: memory
 * reserved at boot (mostly the kernel image and its page array), and page tables. Stops at the first such
 * range; scanning a GiB takes some 10 ms. Negative: the kernel does not tell. */
int page_ranges_left(const struct machine *machine, unsigned node, struct page_size size,
                     bool *ret);

/* Whether no more pages of SIZE can be allocated on the node, whatever is freed. False if the kernel does
 * not tell. */
bool page_ranges_exhausted(const struct machine *machine, unsigned node, struct page_size size);

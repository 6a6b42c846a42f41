/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ranges that gigantic pages can be made of, page by page (/proc/kpageflags). */

#include <stdbool.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"

/* Whether a range of 1 GiB is left on the node, not a gigantic page yet, that holds nothing that is
 * there for good: what was reserved at boot (the kernel's own image and its table of pages, mostly),
 * and page tables? Looks no further than to the first such range; a GiB takes some 10 ms to look
 * through. Negative: the kernel does not tell. */
int page_ranges_left(const struct machine *machine, unsigned node, bool *ret);

/* Can no more pages of TYPE be made on the node, whatever is freed? False where the kernel does not
 * tell. */
bool page_ranges_exhausted(const struct machine *machine, unsigned node, enum page_type type);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A mount that claims more pages than are free and unclaimed is refused with ENOMEM
 * (fs/hugetlbfs/inode.c, mm/hugetlb.c: hugepage_new_subpool()), and mount(8) does not give a reason. */

#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

/* How many pages a mount can claim now. */
int claim_left(const struct machine *machine, struct page_size size, uint64_t *ret);

/* Says in *RET, which the caller frees, why a claim of PAGES is refused now: 1; 0: there are enough;
 * negative errno. */
int claim_explain(const struct machine *machine, struct page_size size, uint64_t pages, char **ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How many of a domain's pages its mount claims (min_size= of hugetlbfs), as MinSize= says it for one page
 * type. Pure functions. */

#include <stdint.h>

#include "basic/words/amount.h"
#include "basic/words/page-size.h"

enum claim_scope {
        CLAIM_ALL,  /* "yes" */
        CLAIM_NONE, /* "no": there is no min_size= */
        CLAIM_PART, /* as much, or all if there is less */
};

struct mount_claim {
        enum claim_scope scope;
        struct amount amount; /* CLAIM_PART; percent: of the domain's pages */
};

/* Parses "yes", "no", or an amount. Returns as amount_parse() does. */
int mount_claim_parse(const char *text, struct mount_claim *ret, const char **ret_reason);

/* The pages that are claimed of RESERVED pages of SIZE; 0 for CLAIM_NONE. */
uint64_t mount_claim_pages(const struct mount_claim *claim, struct page_size size, uint64_t reserved);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A requested number of pages, as text: the grammar shared by the configuration (Huge=, Gigantic=,
 * Normal=, Headroom=) and by the reserving helper's --pages=. Pure functions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"

enum amount_kind {
        AMOUNT_PAGES,   /* value: pages */
        AMOUNT_BYTES,   /* value: bytes */
        AMOUNT_PERCENT, /* value: hundredths of a percent of the node's memory, 0..10000 */
};

/* What a share is at most, on each node: "25%<64G". */
struct ceiling {
        bool set;
        enum amount_kind kind; /* pages or bytes */
        uint64_t value;        /* not 0 */
};

struct amount {
        enum amount_kind kind;
        uint64_t value;
        struct ceiling ceiling; /* AMOUNT_PERCENT only */
};

/* Parses "512" (pages), "16G" (bytes; suffixes K M G T, base 1024, integers only), "25%", "12.5%",
 * or a percentage with a ceiling in pages or bytes, "25%<64G". On failure returns -EINVAL or -ERANGE
 * and sets *RET_REASON to a static text that completes the sentence "'512x' ...", such as "is not a
 * number of pages, a size or a percentage". */
int amount_parse(const char *text, struct amount *ret, const char **ret_reason);

/* Pages of PAGE_SIZE bytes that AMOUNT means on a node (or machine) of MEMORY bytes. Percentages
 * round down. Bytes, also of a ceiling, must be a multiple of PAGE_SIZE (page_request_parse()
 * checks). */
uint64_t amount_pages(const struct amount *amount, uint64_t page_size, uint64_t memory);

/* The canonical text, which amount_parse() reads back as the same amount. Caller frees. */
int amount_format(const struct amount *amount, char **ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How many pages somebody asks for, as text: the grammar shared by the configuration (Huge=,
 * Gigantic=, Normal=, Headroom=) and by the reserving helper's --pages=. Pure functions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"

enum amount_kind {
        AMOUNT_PAGES,   /* value: pages */
        AMOUNT_BYTES,   /* value: bytes */
        AMOUNT_PERCENT, /* value: hundredths of a percent of the node's memory, 0..10000 */
};

struct amount {
        enum amount_kind kind;
        uint64_t value;
};

/* Parses "512" (pages), "16G" (bytes; suffixes K M G T, base 1024, integers only), "25%" or
 * "12.5%". On failure returns -EINVAL or -ERANGE and sets *RET_REASON to a static text that
 * completes the sentence "'512x' ...", such as "is not a number of pages, a size or a percentage".
 * */
int amount_parse(const char *text, struct amount *ret, const char **ret_reason);

/* Pages of PAGE_SIZE bytes that AMOUNT means on a node (or machine) of MEMORY bytes. Percentages
 * round down. AMOUNT_BYTES must be a multiple of PAGE_SIZE (page_request_parse() checks). */
uint64_t amount_pages(const struct amount *amount, uint64_t page_size, uint64_t memory);

/* The canonical text, which amount_parse() reads back as the same amount. Caller frees. */
int amount_format(const struct amount *amount, char **ret);

struct node_amount {
        unsigned node;
        struct amount amount;
};

enum request_scope {
        REQUEST_NONE,  /* "no": no mount, no pages */
        REQUEST_MOUNT, /* "yes": the mount alone */
        REQUEST_NODES, /* "0:8,1:8": these nodes */
        REQUEST_EACH,  /* "each:8", and every bare percentage: every node with memory */
        REQUEST_TOTAL, /* "16": spread evenly over the nodes, the remainder to the lowest */
};

struct page_request {
        enum request_scope scope;
        struct node_amount *nodes; /* REQUEST_NODES: ascending by node, no node twice */
        size_t n_nodes;
        struct amount amount; /* REQUEST_EACH, REQUEST_TOTAL */
};

/* Parses a whole Huge=/Gigantic= value for pages of PAGE_SIZE bytes. Refuses a node named twice, a
 * mixture of forms, a size that is no multiple of the page size, a total that overflows. On failure
 * returns negative errno and *RET_REASON: a complete phrase, allocated, which the caller frees; it
 * names the offending part and what to write instead. RET is to be freed by page_request_done(). */
int page_request_parse(const char *text, uint64_t page_size, struct page_request *ret,
                       char **ret_reason);

/* The canonical text, which page_request_parse() reads back as the same request. Caller frees. */
int page_request_format(const struct page_request *request, char **ret);

/* Whether the number of pages is known without looking at the hardware (no share, no "each"); sets
 * *RET_PAGES to it. */
bool page_request_is_fixed(const struct page_request *request, uint64_t page_size,
                           uint64_t *ret_pages);

void page_request_done(struct page_request *request);

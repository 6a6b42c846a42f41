/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A value of Huge= or Gigantic=: how many pages, and on which nodes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/words/amount.h"

struct node_amount {
        unsigned node;
        struct amount amount;
};

enum request_scope {
        REQUEST_NONE,   /* "no": no mount, no pages */
        REQUEST_MOUNT,  /* "yes": only the mount */
        REQUEST_NODES,  /* "0:8,1:8": these nodes */
        REQUEST_EACH,   /* "each:8", and every bare percentage: every node with memory */
        REQUEST_TOTAL,  /* "16": spread evenly over the nodes, the remainder to the lowest */
        REQUEST_NEAR,   /* "near:8": every node that has one of the domain's devices */
        REQUEST_DEVICE, /* "device:8": for each of the domain's devices, on its node */
};

struct page_request {
        enum request_scope scope;
        struct node_amount *nodes; /* REQUEST_NODES: ascending by node, no node twice */
        size_t n_nodes;
        struct amount amount; /* all but REQUEST_NODES */
};

/* Parses a whole Huge=/Gigantic= value for pages of PAGE_SIZE bytes. Refuses a node named twice, a
 * mixture of forms, a size that is no multiple of the page size, a total that overflows. On failure
 * returns negative errno and *RET_REASON: a complete phrase, allocated, which the caller frees; it
 * names the offending part and what to write instead. RET is to be freed by page_request_done(). */
int page_request_parse(const char *text, uint64_t page_size, struct page_request *ret,
                       char **ret_reason);

/* For page_request_parse() while the size of the pages is not known: fits any amount, so that
 * page_request_check() has to follow. */
#define PAGE_SIZE_UNKNOWN 1

/* Whether the amounts make whole pages of PAGE_SIZE bytes, and not too many. Returns like
 * page_request_parse(). */
int page_request_check(const struct page_request *request, uint64_t page_size, char **ret_reason);

/* The same for one amount, or a ceiling, written as TEXT. */
int page_amount_check(const char *text, enum amount_kind kind, uint64_t value, uint64_t page_size,
                      char **ret_reason);

/* The canonical text, which page_request_parse() reads back as the same request. Caller frees. */
int page_request_format(const struct page_request *request, char **ret);

/* Whether it depends on where the domain's devices are. */
static inline bool page_request_is_near(const struct page_request *request)
{
        return request->scope == REQUEST_NEAR || request->scope == REQUEST_DEVICE;
}

/* Whether the number of pages is known without looking at the hardware (no share, no
 * "each", no devices); sets
 * *RET_PAGES to it. */
bool page_request_is_fixed(const struct page_request *request, uint64_t page_size,
                           uint64_t *ret_pages);

void page_request_done(struct page_request *request);

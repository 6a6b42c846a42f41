/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "basic/parse.h"
#include "basic/words/page-request.h"

int page_amount_check(const char *text, enum amount_kind kind, uint64_t value, uint64_t page_size,
                      char **ret_reason)
{
        uint64_t bytes;

        if (kind == AMOUNT_BYTES && value % page_size != 0)
                return refuse(ret_reason, -EINVAL,
                              "'%s' is not a multiple of the page size, %" PRIu64 " KiB", text,
                              page_size / 1024);
        if (kind == AMOUNT_PAGES && __builtin_mul_overflow(value, page_size, &bytes))
                return refuse(ret_reason, -ERANGE, "'%s' pages of %" PRIu64 " KiB are too many",
                              text, page_size / 1024);
        return 0;
}

/* Adds the pages of AMOUNT to *SUM. */
static int check_amount(const struct amount *amount, uint64_t page_size, uint64_t *sum,
                        char **ret_reason)
{
        _cleanup_free_ char *text = NULL;
        uint64_t bytes;
        int r;

        if (amount_format(amount, &text) < 0)
                return refuse(ret_reason, -ENOMEM, "out of memory");
        r = page_amount_check(text, amount->kind, amount->value, page_size, ret_reason);
        if (r >= 0 && amount->ceiling.set)
                r = page_amount_check(strchr(text, '<') + 1, amount->ceiling.kind,
                                      amount->ceiling.value, page_size, ret_reason);
        if (r < 0)
                return r;
        if (__builtin_add_overflow(*sum, amount_pages(amount, page_size, 0), sum) ||
            __builtin_mul_overflow(*sum, page_size, &bytes))
                return refuse(ret_reason, -ERANGE, "the total over all nodes is too large");
        return 0;
}

int page_request_check(const struct page_request *request, uint64_t page_size, char **ret_reason)
{
        uint64_t sum = 0;
        int r = 0;

        if (request->scope == REQUEST_NONE || request->scope == REQUEST_MOUNT)
                return 0;
        if (request->scope != REQUEST_NODES)
                return check_amount(&request->amount, page_size, &sum, ret_reason);

        for (size_t i = 0; i < request->n_nodes && r >= 0; i++)
                r = check_amount(&request->nodes[i].amount, page_size, &sum, ret_reason);
        return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "basic/parse.h"
#include "basic/size.h"
#include "basic/words/page-size.h"
#include "conf/keys/values.h"

/* No architecture has other huge pages than these (Documentation/admin-guide/mm/hugetlbpage.rst,
 * arch/.../mm/hugetlbpage.c); which of them this machine has is known when pages are reserved. */
#define SIZE_MIN     (16 * KIB)
#define SIZE_MAX_GIB 512

static int parse_page_size(const struct key *key, const char *text, void *target, char **ret_reason)
{
        struct page_size size, *place = target;

        if (page_size_parse(text, &size) < 0 || size.bytes < SIZE_MIN ||
            size.bytes > SIZE_MAX_GIB * GIB)
                return refuse(
                        ret_reason, -EINVAL,
                        "'%s' is not a page size; write a power of two with its unit, such as "
                        "64K, 2M or 1G",
                        text);
        *place = size;
        return 0;
}

/* A default size is not written: it is the same without. */
static int format_page_size(const struct key *key, const void *target, char **ret)
{
        const struct page_size *size = target;

        *ret = NULL;
        if (size->bytes == 0 || page_size_equal(*size, page_size_default(key->page_type)))
                return 0;
        *ret = strdup(page_size_text(*size));
        return *ret ? 0 : -ENOMEM;
}

static void unset_page_size(void *target)
{
        *(struct page_size *) target = (struct page_size){};
}

const struct value_type value_page_size = {
        .parse = parse_page_size,
        .format = format_page_size,
        .unset = unset_page_size,
};

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/page-size.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"

/* By the power of two. */
static const char *const texts[64] = {
        [10] = "1K",   [11] = "2K",   [12] = "4K",   [13] = "8K",   [14] = "16K",  [15] = "32K",
        [16] = "64K",  [17] = "128K", [18] = "256K", [19] = "512K", [20] = "1M",   [21] = "2M",
        [22] = "4M",   [23] = "8M",   [24] = "16M",  [25] = "32M",  [26] = "64M",  [27] = "128M",
        [28] = "256M", [29] = "512M", [30] = "1G",   [31] = "2G",   [32] = "4G",   [33] = "8G",
        [34] = "16G",  [35] = "32G",  [36] = "64G",  [37] = "128G", [38] = "256G", [39] = "512G",
};

struct page_size page_size_default(enum page_type type)
{
        return (struct page_size){ page_type_size(type) };
}

const char *page_size_text(struct page_size size)
{
        const char *text = size.bytes > 0 ? texts[__builtin_ctzll(size.bytes)] : NULL;

        return text ?: "0";
}

struct page_size_option page_size_option(struct page_size size)
{
        bool large = size.bytes >= MIB;
        struct page_size_option option;

        snprintf(option.text, sizeof(option.text), "%" PRIu64 "%c",
                 size.bytes / (large ? MIB : KIB), large ? 'M' : 'K');
        return option;
}

int page_size_parse(const char *text, struct page_size *ret)
{
        static const char units[] = "KMGT";
        const char *unit;
        char *end;
        uint64_t number;

        if (text[0] < '1' || text[0] > '9')
                return -EINVAL;
        errno = 0;
        number = strtoull(text, &end, 10);
        if (errno != 0 || (number & (number - 1)) != 0)
                return -EINVAL;
        for (unit = units; *end && *unit && *unit != *end; unit++)
                ;
        if (*end && (!*unit || end[1]))
                return -EINVAL;

        for (const char *u = units; *end && u <= unit; u++) {
                if (number > UINT64_MAX / KIB)
                        return -EINVAL;
                number *= KIB;
        }
        ret->bytes = number;
        return 0;
}

const char *page_size_name(struct page_size size)
{
        for_each_pool_type(type)
                if (page_type_size(type) == size.bytes)
                        return page_type_name(type);

        return page_size_text(size);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/mount-claim.h"

#include <ctype.h>

#include "basic/parse.h"

int mount_claim_parse(const char *text, struct mount_claim *ret, const char **ret_reason)
{
        struct amount amount;
        int r;

        /* "0" and "1" are numbers of pages here. */
        r = isdigit((unsigned char) *text) ? -EINVAL : boolean_parse(text);
        if (r >= 0) {
                *ret = (struct mount_claim){ .scope = r > 0 ? CLAIM_ALL : CLAIM_NONE };
                return 0;
        }
        r = amount_parse(text, &amount, ret_reason);
        if (r >= 0)
                *ret = (struct mount_claim){ .scope = CLAIM_PART, .amount = amount };
        return r;
}

uint64_t mount_claim_pages(const struct mount_claim *claim, struct page_size size, uint64_t reserved)
{
        uint64_t pages;

        if (claim->scope == CLAIM_NONE)
                return 0;
        if (claim->scope == CLAIM_ALL)
                return reserved;
        pages = amount_pages(&claim->amount, size.bytes, reserved * size.bytes);
        return pages < reserved ? pages : reserved;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/headroom.h"

#include "basic/size.h"
#include "basic/words/policy.h"

uint64_t headroom_default(uint64_t total)
{
        uint64_t headroom = HEADROOM_BASE_MIB * MIB + total / HEADROOM_PART;

        return headroom < HEADROOM_MAX_GIB * GIB ? headroom : HEADROOM_MAX_GIB * GIB;
}

uint64_t headroom_bytes(const struct amount *configured, uint64_t total)
{
        if (!configured)
                return headroom_default(total);

        /* In "pages" of a byte each, an amount is what it means in bytes. */
        return amount_pages(configured, 1, total);
}

uint64_t headroom_fitting_pages(const struct node_memory *memory, uint64_t headroom,
                                uint64_t page_size)
{
        uint64_t available = node_memory_available(memory);

        return available > headroom ? (available - headroom) / page_size : 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/resize.h"

/* The surplus changes while others allocate or free such pages; a few rounds are enough to catch up. */
#define ROUNDS_MAX 4

int resize_surplus_elsewhere(int sysfs, unsigned node, struct page_size size, uint64_t *ret)
{
        struct pool_counts own = {};
        uint64_t all;
        int r;

        r = pool_surplus_all(sysfs, size, &all);
        if (r >= 0 && all > 0) /* hardly ever */
                r = pool_read(sysfs, node, size, &own);
        if (r < 0)
                return r;

        *ret = all > own.surplus ? all - own.surplus : 0;
        return 0;
}

/* Where others have surplus pages, the sum is written that leaves the other nodes as they are. */
static int write_target(int sysfs, unsigned node, struct page_size size, uint64_t target)
{
        struct pool_counts all, own;
        uint64_t elsewhere;
        int r;

        r = resize_surplus_elsewhere(sysfs, node, size, &elsewhere);
        if (r < 0)
                return r;
        if (elsewhere > 0) {
                r = pool_read_all(sysfs, size, &all);
                if (r >= 0)
                        r = pool_read(sysfs, node, size, &own);
                if (r >= 0)
                        r = pool_write_bound(sysfs, node, size,
                                             pool_persistent(&all) - pool_persistent(&own) +
                                                     target);
                if (r >= 0)
                        return 0;
        }

        return pool_write(sysfs, node, size, target);
}

int resize_pool(int sysfs, unsigned node, struct page_size size, uint64_t target,
                struct pool_counts *ret)
{
        struct pool_counts counts = {};
        uint64_t elsewhere;
        int r;

        for (unsigned round = 0; round < ROUNDS_MAX; round++) {
                r = write_target(sysfs, node, size, target);
                if (r < 0)
                        return r;
                r = pool_read(sysfs, node, size, &counts);
                if (r < 0)
                        return r;
                if (pool_persistent(&counts) <= target)
                        break;
                r = resize_surplus_elsewhere(sysfs, node, size, &elsewhere);
                if (r < 0)
                        return r;
                if (elsewhere == 0) /* somebody else has requested more, and got it */
                        break;
        }

        *ret = counts;
        return 0;
}

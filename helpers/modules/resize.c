/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/resize.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "helpers/modules/sysfs.h"

/* The surplus changes while somebody allocates or frees such pages; a few rounds catch up with it. */
#define CORRECTIONS_MAX 4

int resize_surplus_elsewhere(int sysfs, unsigned node, enum page_type type, uint64_t *ret)
{
        struct pool_counts counts;
        uint64_t surplus;
        char path[128];
        int r;

        snprintf(path, sizeof(path),
                 "kernel/mm/hugepages/hugepages-%" PRIu64 "kB/surplus_hugepages",
                 page_type_size(type) / 1024);
        r = sysfs_read_u64(sysfs, path, &surplus);
        if (r == -ENOENT)
                surplus = 0;
        else if (r < 0)
                return r;
        r = pool_read(sysfs, node, type, &counts);
        if (r < 0)
                return r;

        *ret = surplus > counts.surplus ? surplus - counts.surplus : 0;
        return 0;
}

static int write_and_read(int sysfs, unsigned node, enum page_type type, uint64_t pages,
                          struct pool_counts *ret)
{
        int r;

        r = pool_write(sysfs, node, type, pages);
        if (r < 0)
                return r;

        return pool_read(sysfs, node, type, ret);
}

int resize_pool(int sysfs, unsigned node, enum page_type type, uint64_t target,
                struct pool_counts *ret)
{
        struct pool_counts counts;
        int r;

        r = write_and_read(sysfs, node, type, target, &counts);
        if (r < 0)
                return r;

        for (unsigned i = 0; i < CORRECTIONS_MAX && pool_persistent(&counts) > target; i++) {
                uint64_t elsewhere;

                r = resize_surplus_elsewhere(sysfs, node, type, &elsewhere);
                if (r < 0)
                        return r;
                if (elsewhere == 0 || pool_persistent(&counts) - target > elsewhere)
                        break;
                r = write_and_read(sysfs, node, type, target > elsewhere ? target - elsewhere : 0,
                                   &counts);
                if (r < 0)
                        return r;
        }

        *ret = counts;
        return 0;
}

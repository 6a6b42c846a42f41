/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pool.h"

#include <inttypes.h>
#include <stdio.h>

#include "helpers/modules/sysfs.h"

struct pool_path {
        char text[128];
};

static struct pool_path pool_path(unsigned node, enum page_type type, const char *file)
{
        struct pool_path path;

        snprintf(path.text, sizeof(path.text),
                 "devices/system/node/node%u/hugepages/hugepages-%" PRIu64 "kB/%s", node,
                 page_type_size(type) / 1024, file);
        return path;
}

int pool_read(int sysfs, unsigned node, enum page_type type, struct pool_counts *ret)
{
        struct pool_counts counts;
        int r;

        r = sysfs_read_u64(sysfs, pool_path(node, type, "nr_hugepages").text, &counts.total);
        if (r < 0)
                return r;
        r = sysfs_read_u64(sysfs, pool_path(node, type, "free_hugepages").text, &counts.free);
        if (r < 0)
                return r;
        r = sysfs_read_u64(sysfs, pool_path(node, type, "surplus_hugepages").text, &counts.surplus);
        if (r < 0)
                return r;

        *ret = counts;
        return 0;
}

int pool_write(int sysfs, unsigned node, enum page_type type, uint64_t pages)
{
        return sysfs_write_u64(sysfs, pool_path(node, type, "nr_hugepages").text, pages);
}

int pool_reserved(int sysfs, enum page_type type, uint64_t *ret)
{
        char path[128];

        snprintf(path, sizeof(path), "kernel/mm/hugepages/hugepages-%" PRIu64 "kB/resv_hugepages",
                 page_type_size(type) / 1024);
        return sysfs_read_u64(sysfs, path, ret);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/pool.h"

#include <inttypes.h>
#include <stdio.h>

#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/sysfs.h"

struct pool_path pool_path_node(unsigned node, struct page_size size, const char *file)
{
        struct pool_path path;

        snprintf(path.text, sizeof(path.text),
                 "devices/system/node/node%u/hugepages/hugepages-%" PRIu64 "kB/%s", node,
                 size.bytes / 1024, file);
        return path;
}

struct pool_path pool_path_all(struct page_size size, const char *file)
{
        struct pool_path path;

        snprintf(path.text, sizeof(path.text), "kernel/mm/hugepages/hugepages-%" PRIu64 "kB/%s",
                 size.bytes / 1024, file);
        return path;
}

int pool_read(int sysfs, unsigned node, struct page_size size, struct pool_counts *ret)
{
        struct pool_counts counts;
        int r;

        r = sysfs_read_u64(sysfs, pool_path_node(node, size, "nr_hugepages").text, &counts.total);
        if (r < 0)
                return r;
        r = sysfs_read_u64(sysfs, pool_path_node(node, size, "free_hugepages").text, &counts.free);
        if (r < 0)
                return r;
        r = sysfs_read_u64(sysfs, pool_path_node(node, size, "surplus_hugepages").text,
                           &counts.surplus);
        if (r < 0)
                return r;

        *ret = counts;
        return 0;
}

int pool_read_all(int sysfs, struct page_size size, struct pool_counts *ret)
{
        struct pool_counts counts;
        int r;

        r = sysfs_read_u64(sysfs, pool_path_all(size, "nr_hugepages").text, &counts.total);
        if (r < 0)
                return r;
        r = sysfs_read_u64(sysfs, pool_path_all(size, "free_hugepages").text, &counts.free);
        if (r < 0)
                return r;
        r = sysfs_read_u64(sysfs, pool_path_all(size, "surplus_hugepages").text, &counts.surplus);
        if (r < 0)
                return r;

        *ret = counts;
        return 0;
}

int pool_surplus_all(int sysfs, struct page_size size, uint64_t *ret)
{
        return sysfs_read_u64(sysfs, pool_path_all(size, "surplus_hugepages").text, ret);
}

int pool_write(int sysfs, unsigned node, struct page_size size, uint64_t pages)
{
        return sysfs_write_u64(sysfs, pool_path_node(node, size, "nr_hugepages").text, pages);
}

int pool_write_bound(int sysfs, unsigned node, struct page_size size, uint64_t total)
{
        int r;

        r = numa_bind(node);
        if (r < 0)
                return r;

        r = sysfs_write_u64(sysfs, pool_path_all(size, "nr_hugepages_mempolicy").text, total);
        numa_unbind();
        return r;
}

int pool_reserved(int sysfs, struct page_size size, uint64_t *ret)
{
        return sysfs_read_u64(sysfs, pool_path_all(size, "resv_hugepages").text, ret);
}

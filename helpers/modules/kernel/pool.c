/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "basic/cleanup.h"
#include "basic/io.h"
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

static int compare_sizes(const void *a, const void *b)
{
        const struct page_size *x = a, *y = b;

        return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

int pool_sizes(int sysfs, struct page_size ret[POOL_SIZES_MAX])
{
        _cleanup_closedir_ DIR *directory = NULL;
        struct dirent *entry;
        uint64_t kib;
        int r, n = 0;

        r = io_open_directory(sysfs, "kernel/mm/hugepages", 0, &directory);
        if (r < 0)
                return r;
        while (n < POOL_SIZES_MAX && (entry = io_next_entry(directory)))
                if (sscanf(entry->d_name, "hugepages-%" SCNu64 "kB", &kib) == 1)
                        ret[n++] = (struct page_size){ kib * 1024 };
        qsort(ret, (size_t) n, sizeof(*ret), compare_sizes);
        return n;
}

struct pool_sizes_text pool_sizes_text(int sysfs)
{
        struct pool_sizes_text list = { "none" };
        struct page_size sizes[POOL_SIZES_MAX];
        int n = pool_sizes(sysfs, sizes);
        size_t used = 0;

        for (int i = 0; i < n && used < sizeof(list.text); i++)
                used += (size_t) snprintf(list.text + used, sizeof(list.text) - used, "%s%s",
                                          i == 0       ? ""
                                          : i == n - 1 ? " and "
                                                       : ", ",
                                          page_size_text(sizes[i]));
        return list;
}

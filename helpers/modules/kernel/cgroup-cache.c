/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/cgroup-cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/grow-array.h"
#include "basic/io.h"
#include "helpers/modules/kernel/sysfs.h"

#define ROOT  "fs/cgroup"
#define CHUNK (UINT64_C(512) * 1024 * 1024)

/* Groups with very little page cache on the node are skipped. */
#define SHARE_MAX 16

/* The value of "KEY NN=VALUE ..." for the node, and the sum of them all (memory.numa_stat). */
static void add_line(const char *text, const char *key, unsigned node, struct cgroup_cache *group)
{
        const char *at = strstr(text, key), *end;
        unsigned number;
        uint64_t value;
        int length;

        if (!at)
                return;
        at += strlen(key);
        end = at + strcspn(at, "\n");
        while (at < end && sscanf(at, " N%u=%" SCNu64 "%n", &number, &value, &length) == 2) {
                group->total += value;
                group->on_node += number == node ? value : 0;
                at += length;
        }
}

static int read_group(const struct machine *machine, const char *name, unsigned node,
                      struct cgroup_cache *ret)
{
        _cleanup_free_ char *text = NULL, *path = NULL, *stat = NULL, *reclaim = NULL;
        struct cgroup_cache group = {};
        int r;

        if (asprintf(&path, ROOT "/%s", name) < 0 ||
            asprintf(&stat, ROOT "/%s/memory.numa_stat", name) < 0 ||
            asprintf(&reclaim, ROOT "/%s/memory.reclaim", name) < 0)
                return -ENOMEM;
        if (faccessat(machine->sysfs, reclaim, W_OK, 0) < 0)
                return -errno;
        r = sysfs_read(machine->sysfs, stat, &text, NULL);
        if (r < 0)
                return r;

        add_line(text, "\ninactive_file", node, &group);
        add_line(text, "\nactive_file", node, &group);
        group.path = TAKE_PTR(path);
        *ret = group;
        return 0;
}

/* With swap, a kernel without a swappiness argument here would swap out processes' memory. */
static bool spares_processes(const struct machine *machine)
{
        _cleanup_free_ char *swaps = NULL;
        const char *second;

        if (sysfs_read(machine->procfs, "swaps", &swaps, NULL) < 0)
                return true; /* no swap in this kernel */
        second = strchr(swaps, '\n');
        return !second || second[1] == '\0';
}

int cgroup_cache_list(const struct machine *machine, unsigned node, struct cgroup_cache **ret,
                      size_t *ret_n)
{
        struct cgroup_cache *groups = NULL;
        _cleanup_closedir_ DIR *directory = NULL;
        struct dirent *entry;
        size_t n = 0, room = 0;
        int r;

        if (!spares_processes(machine))
                return -ENOENT;
        r = io_open_directory(machine->sysfs, ROOT, 0, &directory);
        if (r < 0)
                return r;

        while ((entry = io_next_entry(directory))) {
                struct cgroup_cache group;

                if (entry->d_type != DT_DIR || read_group(machine, entry->d_name, node, &group) < 0)
                        continue;
                if (group.on_node > 0 && grow_array(&groups, n, &room) >= 0)
                        groups[n++] = group;
                else
                        free(group.path);
        }
        if (n == 0) {
                free(groups);
                return -ENOENT;
        }

        *ret = groups;
        *ret_n = n;
        return 0;
}

void cgroup_cache_reclaim(const struct machine *machine, const struct cgroup_cache *group,
                          uint64_t bytes)
{
        double factor = (double) group->total / (double) group->on_node;
        uint64_t left = (uint64_t) ((double) bytes * (factor < SHARE_MAX ? factor : SHARE_MAX));
        _cleanup_free_ char *file = NULL;
        int r = 0;

        if (asprintf(&file, "%s/memory.reclaim", group->path) < 0)
                return;
        while (left > 0 && r >= 0) {
                uint64_t part = left < CHUNK ? left : CHUNK;

                r = sysfs_write_u64(machine->sysfs, file, part);
                left -= part;
        }
}

void cgroup_cache_free(struct cgroup_cache *groups, size_t n)
{
        for (size_t i = 0; i < n; i++)
                free(groups[i].path);
        free(groups);
}

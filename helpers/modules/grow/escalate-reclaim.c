/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/escalate-internal.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/size.h"
#include "helpers/modules/kernel/cgroup-cache.h"
#include "helpers/modules/kernel/sysfs.h"

/* A single reclaim is not interrupted; half a GiB takes a fraction of a second. */
#define RECLAIM_CHUNK (512 * MIB)

static void drop(struct growth *growth, unsigned what)
{
        int r;

        r = sysfs_write_u64(growth->task->machine->procfs, "sys/vm/drop_caches", what);
        if (r < 0)
                log_debug("Cannot drop caches (%u), continuing without: %s", what, strerror(-r));
}

/* The least disruptive one that suffices. */
static void drop_caches(struct growth *growth, const struct free_blocks *memory, uint64_t bytes)
{
        const struct node_memory *node = &memory->node;

        if (node->file_clean + node->slab_reclaimable < bytes && node->dirty > 0)
                sync();
        if (node->slab_reclaimable >= bytes)
                drop(growth, DROP_SLAB);
        else if (node->file_clean + node->dirty >= bytes)
                drop(growth, DROP_CACHE);
        else
                drop(growth, DROP_CACHE | DROP_SLAB);
}

/* drivers/base/node.c: reclaim_store, since about 6.17; -EAGAIN: less than that could be reclaimed. */
static int reclaim_from_node(struct growth *growth, uint64_t bytes)
{
        uint64_t left = bytes;
        char path[64], text[64];
        int r = 0;

        snprintf(path, sizeof(path), "devices/system/node/node%u/reclaim", growth->task->node);
        while (left > 0 && r >= 0) {
                uint64_t part = left < RECLAIM_CHUNK ? left : RECLAIM_CHUNK;

                r = growth_check(growth, NULL);
                if (r < 0)
                        return r;
                snprintf(text, sizeof(text), "%" PRIu64 " swappiness=0\n", part);
                r = sysfs_write(growth->task->machine->sysfs, path, text);
                if (r < 0 && r != -EAGAIN)
                        return -EOPNOTSUPP;
                left -= part;
        }

        return 0;
}

/* Reclaims the node's page cache, cgroup by cgroup; the result is read from the node's own numbers. */
static int reclaim_from_cgroups(struct growth *growth, uint64_t bytes)
{
        struct cgroup_cache *groups;
        uint64_t sum = 0;
        size_t n;
        int r;

        r = cgroup_cache_list(growth->task->machine, growth->task->node, &groups, &n);
        if (r < 0)
                return -EOPNOTSUPP;
        for (size_t i = 0; i < n; i++)
                sum += groups[i].on_node;
        if (sum < bytes)
                r = -EOPNOTSUPP; /* dropping frees all of it in one go */

        for (size_t i = 0; i < n && r >= 0; i++) {
                double share = (double) groups[i].on_node / (double) sum;

                r = growth_check(growth, NULL);
                if (r >= 0)
                        cgroup_cache_reclaim(growth->task->machine, &groups[i],
                                             (uint64_t) ((double) bytes * share));
        }
        cgroup_cache_free(groups, n);
        return r;
}

int escalate_reclaim(struct growth *growth, const struct free_blocks *memory, uint64_t bytes,
                     bool force_drop_caches, struct escalate_work *work)
{
        uint64_t begin = clock_nsec();
        int r;

        r = growth_check(growth, "reclaiming memory");
        if (r < 0)
                return r;

        r = reclaim_from_node(growth, bytes);
        if (r == -EOPNOTSUPP && !force_drop_caches)
                r = reclaim_from_cgroups(growth, bytes);
        if (r == -EOPNOTSUPP) {
                drop_caches(growth, memory, bytes);
                r = 0;
        }
        if (r < 0)
                return r;

        work->reclaimed += bytes;
        escalate_note(growth, work, begin, "reclaimed");
        return 1;
}

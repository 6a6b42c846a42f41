/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pools/ladder-steps.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "basic/log.h"
#include "helpers/modules/sysfs.h"

#define MIB  (UINT64_C(1024) * 1024)
#define MSEC (UINT64_C(1000) * 1000)

/* One reclaim is not stopped between; half a GiB takes a fraction of a second. */
#define RECLAIM_CHUNK (512 * MIB)

/* A write that brings less than was asked of it, and less than this part of what is missing, has spent
 * its time on the allocator's own compaction, page by page; once such writes have taken so long
 * together, compacting the whole node is cheaper. One that brings all that was asked is just slow:
 * where pages are zeroed and the CPUs have other work, that is no sign of anything. */
#define GOOD_PART   8
#define BUDGET_NSEC (250 * MSEC)

/* All writes of one step together: nothing can be expected of more. */
#define WRITES_MAX 256

/* Documentation/admin-guide/sysctl/vm.rst, drop_caches: 4 keeps the kernel log quiet. */
enum { DROP_CACHE = 1, DROP_SLAB = 2, DROP_QUIETLY = 4 };

static void note(const struct growth *growth, struct ladder_work *work, uint64_t begin,
                 const char *what)
{
        uint64_t nsec = growth_now_nsec() - begin;

        work->nsec += nsec;
        log_debug("node %u: %s in %" PRIu64 " ms; %" PRIu64 " of %" PRIu64 " %s pages there",
                  growth->node, what, nsec / MSEC, growth->persistent, growth->target,
                  page_type_name(growth->type));
}

int ladder_write(struct growth *growth, bool patient, struct ladder_work *work)
{
        uint64_t begin = growth_now_nsec(), budget = patient ? UINT64_MAX : BUDGET_NSEC;

        for (unsigned i = 0; i < WRITES_MAX && growth_missing(growth) > 0; i++) {
                uint64_t missing = growth_missing(growth), now = growth_now_nsec(), gained, spent;
                uint64_t asked = growth->chunk / page_type_size(growth->type) ?: 1;
                int r = growth_write(growth);

                if (r < 0)
                        return r;
                work->writes++;
                gained = missing - growth_missing(growth);
                if (gained == 0)
                        break;
                spent = growth_now_nsec() - now;
                if (gained >= missing / GOOD_PART || gained >= asked)
                        continue;
                if (spent > budget)
                        break;
                budget -= spent;
        }

        note(growth, work, begin, "written again");
        return 0;
}

int ladder_compact(struct growth *growth, struct ladder_work *work)
{
        uint64_t begin = growth_now_nsec();
        int r;

        r = growth_check(growth);
        if (r < 0)
                return r;
        r = grow_compact(growth->machine, growth->node);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "node %u: cannot compact its memory: %m", growth->node);

        work->compactions++;
        note(growth, work, begin, "compacted");
        return 0;
}

static int drop(struct growth *growth, unsigned what)
{
        int r;

        r = sysfs_write_u64(growth->machine->procfs, "sys/vm/drop_caches", what | DROP_QUIETLY);
        return r == -ENOENT || r == -EACCES || r == -EROFS ? 0 : r;
}

/* The mildest that does it. */
static int drop_caches(struct growth *growth, const struct ladder_memory *memory, uint64_t bytes)
{
        const struct node_memory *node = &memory->node;

        if (node->file_clean + node->slab_reclaimable < bytes && node->dirty > 0)
                sync();
        if (node->slab_reclaimable >= bytes)
                return drop(growth, DROP_SLAB);
        if (node->file_clean + node->dirty >= bytes)
                return drop(growth, DROP_CACHE);
        return drop(growth, DROP_CACHE | DROP_SLAB);
}

/* drivers/base/node.c: reclaim_store, since about 6.17; -EAGAIN: less than that could be had. */
static int reclaim_node(struct growth *growth, uint64_t bytes)
{
        char path[64], text[64];

        snprintf(path, sizeof(path), "devices/system/node/node%u/reclaim", growth->node);
        snprintf(text, sizeof(text), "%" PRIu64 " swappiness=0\n", bytes);
        return sysfs_write(growth->machine->sysfs, path, text);
}

int ladder_reclaim(struct growth *growth, const struct ladder_memory *memory, uint64_t bytes,
                   struct ladder_work *work)
{
        uint64_t begin = growth_now_nsec(), left = bytes;
        int r = 0;

        while (left > 0 && r >= 0) {
                uint64_t part = left < RECLAIM_CHUNK ? left : RECLAIM_CHUNK;

                r = growth_check(growth);
                if (r < 0)
                        return r;
                r = reclaim_node(growth, part);
                left -= part;
        }
        if (r == -ENOENT)
                r = drop_caches(growth, memory, bytes);
        if (r < 0 && r != -EAGAIN)
                log_debug("node %u: cannot reclaim memory, going on without: %s", growth->node,
                          strerror(-r));

        work->reclaimed += bytes;
        note(growth, work, begin, "reclaimed");
        return 0;
}

int ladder_drop_slab(struct growth *growth, struct ladder_work *work)
{
        uint64_t begin = growth_now_nsec();
        int r;

        r = growth_check(growth);
        if (r < 0)
                return r;
        r = drop(growth, DROP_SLAB);
        if (r < 0)
                log_debug("Cannot drop directory entries and inodes, going on without: %s",
                          strerror(-r));

        note(growth, work, begin, "directory entries and inodes dropped");
        return 0;
}

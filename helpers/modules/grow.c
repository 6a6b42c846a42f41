/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "basic/log.h"
#include "helpers/modules/headroom.h"
#include "helpers/modules/numa.h"
#include "helpers/modules/resize.h"
#include "helpers/modules/sysfs.h"

#define MIB (UINT64_C(1024) * 1024)

/* One write should take half a second at most: nobody can stop it cleanly, and kernels from about 6.7
 * show no progress within it. The first is small, the following adapt. */
#define CHUNK_FIRST    (64 * MIB)
#define CHUNK_MAX      (1024 * MIB)
#define CHUNK_NSEC_MAX (500 * 1000 * 1000)

/* Each compaction must have brought pages to be followed by another. */
#define COMPACTIONS_MAX 16

int grow_defrag_from_name(const char *name)
{
        static const char *const names[] = {
                [GROW_DEFRAG_AUTO] = "auto",
                [GROW_DEFRAG_ALWAYS] = "always",
                [GROW_DEFRAG_NEVER] = "never",
        };

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (strcmp(name, names[i]) == 0)
                        return (int) i;

        return -EINVAL;
}

int grow_compact(const struct machine *machine, unsigned node)
{
        char path[64];

        snprintf(path, sizeof(path), "devices/system/node/node%u/compact", node);
        return sysfs_write(machine->sysfs, path, "1\n");
}

static uint64_t now_nsec(void)
{
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

/* The size of the next write, in bytes, after one of CHUNK bytes that took NSEC. */
static uint64_t next_chunk(uint64_t chunk, uint64_t nsec)
{
        if (nsec > CHUNK_NSEC_MAX)
                return chunk / 2;
        if (nsec < CHUNK_NSEC_MAX / 8 && chunk < CHUNK_MAX)
                return chunk * 4 < CHUNK_MAX ? chunk * 4 : CHUNK_MAX;
        return chunk;
}

/* One growth in progress. */
struct growth {
        const struct machine *machine;
        unsigned node;
        enum page_type type;
        uint64_t target;
        const struct grow_policy *policy;
        uint64_t chunk; /* bytes */
        struct grow_result result;
};

/* One write of at most a chunk. -ECANCELED and the like come from the policy, unlogged. */
static int grow_once(struct growth *g)
{
        uint64_t pages = g->chunk / page_type_size(g->type), before = g->result.persistent;
        uint64_t missing = g->target - before, begin;
        struct pool_counts counts;
        int r;

        if (g->policy->progress) {
                r = g->policy->progress(g->node, before, g->target, g->policy->userdata);
                if (r < 0)
                        return r;
        }

        if (pages == 0)
                pages = 1;
        begin = now_nsec();
        r = resize_pool(g->machine->sysfs, g->node, g->type,
                        before + (pages < missing ? pages : missing), &counts);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot change the pool of %s pages: %m",
                                       g->node, page_type_name(g->type));

        g->chunk = next_chunk(g->chunk, now_nsec() - begin);
        g->result.persistent = pool_persistent(&counts);
        return 0;
}

static int compact(struct growth *g)
{
        int r;

        r = grow_compact(g->machine, g->node);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "node %u: cannot compact its memory: %m", g->node);

        g->result.compactions++;
        return 0;
}

/* Writes while that helps; then, if the policy lets it, compacts and writes again while that helps.
 * Each write makes the kernel try hard again (mm/hugetlb.c: node_alloc_noretry lives as long as one
 * write), so a short one is worth repeating until it brings nothing. */
static int grow_until_stuck(struct growth *g)
{
        uint64_t at_compaction = UINT64_MAX;
        int r;

        while (g->result.persistent < g->target) {
                uint64_t before = g->result.persistent;

                r = grow_once(g);
                if (r < 0)
                        return r;
                if (g->result.persistent > before)
                        continue;
                if (g->policy->defrag == GROW_DEFRAG_NEVER || at_compaction == before ||
                    g->result.compactions >= COMPACTIONS_MAX)
                        return 0;
                r = compact(g);
                if (r < 0)
                        return r;
                at_compaction = before;
        }

        return 0;
}

int grow_node(const struct machine *machine, unsigned node, enum page_type type, uint64_t target,
              const struct grow_policy *policy, struct grow_result *ret)
{
        struct growth g = {
                .machine = machine,
                .node = node,
                .type = type,
                .target = target,
                .policy = policy,
                .chunk = CHUNK_FIRST,
        };
        struct pool_counts counts;
        int r;

        r = numa_pin(machine->sysfs, node);
        if (r < 0)
                log_debug("node %u: cannot run on its CPUs, going on where we are: %s", node,
                          strerror(-r));

        r = pool_read(machine->sysfs, node, type, &counts);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_type_name(type));
        g.result.persistent = pool_persistent(&counts);

        if (policy->defrag == GROW_DEFRAG_ALWAYS && g.result.persistent < target) {
                r = compact(&g);
                if (r < 0)
                        return r;
        }
        r = grow_until_stuck(&g);
        if (r < 0)
                return r;

        *ret = g.result;
        return 0;
}

int grow_explain_shortage(const struct machine *machine, unsigned node, enum page_type type,
                          uint64_t missing, char **ret)
{
        uint64_t size = page_type_size(type), available;
        struct node_memory memory;
        int r;

        r = numa_memory(machine->sysfs, machine->procfs, node, &memory);
        if (r < 0)
                return r;

        available = headroom_available(&memory);
        if (available >= missing * size)
                r = asprintf(ret,
                             "memory is fragmented: %" PRIu64
                             " MiB are free or easily freed, but not "
                             "in whole blocks of %" PRIu64 " MiB; reserve at boot, or ask for less",
                             available / MIB, size / MIB);
        else
                r = asprintf(ret,
                             "memory is in use: of %" PRIu64 " MiB, %" PRIu64 " MiB are free or "
                             "easily freed; stop what uses the memory, or ask for less",
                             memory.total / MIB, available / MIB);
        if (r < 0) {
                *ret = NULL;
                return -ENOMEM;
        }

        return 0;
}

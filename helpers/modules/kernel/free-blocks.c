/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/free-blocks.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helpers/modules/kernel/sysfs.h"

/* Calls VISIT for each line of a file in /proc; a file that is missing, or not readable for us, has none.
 */
static int visit_lines(int procfs, const char *name,
                       void (*visit)(const char *line, void *userdata), void *userdata)
{
        _cleanup_free_ char *text = NULL;
        char *save = NULL;
        int r;

        r = sysfs_read(procfs, name, &text, NULL);
        if (r == -ENOENT || r == -EACCES)
                return 0;
        if (r < 0)
                return r;

        for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
                visit(line, userdata);
        return 0;
}

/* The sums, in pages. ORDER is that of the huge pages. */
struct buddy_sum {
        unsigned node, order;
        uint64_t whole;
        bool found;
};

struct pagetypes {
        unsigned node, order;
        uint64_t stuck;
        uint64_t unmovable;
        uint64_t pages_per_block;
        bool in_blocks; /* the second table has begun */
};

/* The text after "Node N, zone NAME", or NULL if it is no such line of our node. */
static const char *zone_columns(const char *line, unsigned node)
{
        unsigned number;
        int length = 0;

        if (sscanf(line, "Node %u, zone %*[^ ,]%n", &number, &length) != 1 || number != node)
                return NULL;

        return length > 0 ? line + length : NULL;
}

/* Pages in the columns FIRST up to, not including, END; column N counts blocks of order N. */
static uint64_t sum_orders(const char *at, unsigned first, unsigned end)
{
        uint64_t count;
        uint64_t sum = 0;
        int length;

        for (unsigned order = 0; order < end; order++) {
                at += strspn(at, " >"); /* ">100000": the kernel has stopped counting */
                if (sscanf(at, "%" SCNu64 "%n", &count, &length) != 1)
                        break;
                if (order >= first)
                        sum += count << order;
                at += length;
        }

        return sum;
}

/* mm/vmstat.c: frag_show_print, the free blocks of each order. */
static void visit_buddyinfo(const char *line, void *userdata)
{
        struct buddy_sum *blocks = userdata;
        const char *at = zone_columns(line, blocks->node);

        if (!at)
                return;
        blocks->whole += sum_orders(at, blocks->order, UINT_MAX);
        blocks->found = true;
}

/* Lines like "Node    0, zone   Normal, type    Unmovable   1613   1223 ...": free blocks of each
 * order in memory blocks of that type. Compaction takes pages to movable ones only
 * (mm/compaction.c: suitable_migration_target). */
static void count_stuck(const char *line, struct pagetypes *types)
{
        unsigned number;
        char type[32];
        int length = 0;

        if (sscanf(line, "Node %u, zone %*[^ ,], type %31s%n", &number, type, &length) != 2 ||
            number != types->node || strcmp(type, "Movable") == 0 || strcmp(type, "CMA") == 0)
                return;

        types->stuck += sum_orders(line + length, 0, types->order);
}

/* The number of blocks by migrate type, the unmovable first (mm/vmstat.c: pagetypeinfo_showblockcount;
 * include/linux/mmzone.h: enum migratetype). */
static void visit_pagetypeinfo(const char *line, void *userdata)
{
        struct pagetypes *types = userdata;
        const char *at;
        uint64_t count;

        if (sscanf(line, "Pages per block: %" SCNu64, &count) == 1)
                types->pages_per_block = count;
        if (strncmp(line, "Number of blocks", strlen("Number of blocks")) == 0)
                types->in_blocks = true;
        if (!types->in_blocks) {
                count_stuck(line, types);
                return;
        }
        at = zone_columns(line, types->node);
        if (at && sscanf(at, "%" SCNu64, &count) == 1)
                types->unmovable += count * types->pages_per_block;
}

static unsigned order_of(struct page_size size)
{
        uint64_t pages = size.bytes / (uint64_t) sysconf(_SC_PAGESIZE);

        return pages > 1 ? 63 - (unsigned) __builtin_clzll(pages) : 0;
}

int free_blocks_read(const struct machine *machine, unsigned node, struct page_size size,
                     struct free_blocks *ret)
{
        struct buddy_sum blocks = { .node = node, .order = order_of(size) };
        struct pagetypes types = { .node = node, .order = order_of(size) };
        uint64_t page = (uint64_t) sysconf(_SC_PAGESIZE);
        struct free_blocks memory = {};
        int r;

        r = node_memory_read(machine->sysfs, machine->procfs, node, &memory.node);
        if (r < 0)
                return r;
        r = node_uses_read(machine->sysfs, node, &memory.uses);
        if (r < 0)
                return r;
        r = visit_lines(machine->procfs, "buddyinfo", visit_buddyinfo, &blocks);
        if (r < 0)
                return r;
        r = visit_lines(machine->procfs, "pagetypeinfo", visit_pagetypeinfo, &types);
        if (r < 0)
                return r;

        memory.free_whole = blocks.whole * page;
        memory.free_stuck = types.stuck * page;
        memory.unmovable_blocks = types.unmovable * page;
        *ret = memory;
        return 0;
}

int free_blocks_whole(const struct machine *machine, unsigned node, struct page_size size,
                      uint64_t *ret)
{
        struct buddy_sum blocks = { .node = node, .order = order_of(size) };
        int r;

        if (page_size_is_gigantic(size)) /* greater than the greatest order */
                return -ENODATA;
        r = visit_lines(machine->procfs, "buddyinfo", visit_buddyinfo, &blocks);
        if (r < 0)
                return r;
        if (!blocks.found)
                return -ENODATA;

        *ret = blocks.whole >> blocks.order;
        return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/node-memory.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/number.h"
#include "helpers/modules/kernel/meminfo.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/sysfs.h"

/* One zone's lines in /proc/zoneinfo, in base pages. */
struct zone {
        uint64_t high, boost, managed, protection;
        uint64_t listed; /* free on the CPUs' own lists */
        uint64_t free, file;
        bool movable;
};

#define ZONE_BEGIN ((struct zone){ .managed = UINT64_MAX })

/* The greatest number of a list like "(0, 2988, 64195)". */
static uint64_t greatest(const char *list)
{
        uint64_t most = 0;

        for (const char *at = list + strcspn(list, "0123456789"); *at;
             at += strcspn(at, "0123456789")) {
                char *end;
                uint64_t value = strtoull(at, &end, 10);

                if (value > most)
                        most = value;
                at = end;
        }

        return most;
}

/* Lines like "        high     9409" (mm/vmstat.c: zoneinfo_show_print). The per-CPU page sets have
 * "high:", with a colon, and "count:". */
static void read_zone_line(const char *line, struct zone *zone)
{
        static const char protection[] = "        protection: (";
        uint64_t value;

        if (sscanf(line, " high %" SCNu64, &value) == 1)
                zone->high = value;
        else if (sscanf(line, " boost %" SCNu64, &value) == 1)
                zone->boost = value;
        else if (sscanf(line, " managed %" SCNu64, &value) == 1)
                zone->managed = value;
        else if (sscanf(line, " count: %" SCNu64, &value) == 1)
                zone->listed += value;
        else if (sscanf(line, " pages free %" SCNu64, &value) == 1)
                zone->free = value;
        else if (sscanf(line, " nr_zone_inactive_file %" SCNu64, &value) == 1 ||
                 sscanf(line, " nr_zone_active_file %" SCNu64, &value) == 1)
                zone->file += value;
        else if (strncmp(line, protection, strlen(protection)) == 0)
                zone->protection = greatest(line);
}

/* The watermark is the part of a zone that ordinary allocations never get (mm/page_alloc.c:
 * calculate_totalreserve_pages). Of the zones that old devices can reach, much of a big machine's first 4
 * GiB, that is all: it looks free, and no process can have it. The boost comes and goes with
 * fragmentation. */
static void add_zone(const struct zone *zone, struct node_memory *memory)
{
        uint64_t page = (uint64_t) sysconf(_SC_PAGESIZE);
        uint64_t boost = zone->boost < zone->high ? zone->boost : 0;

        memory->watermark += min_u64(zone->high - boost + zone->protection, zone->managed) * page;
        memory->free += zone->listed * page;
        if (zone->movable)
                memory->movable += (zone->free + zone->listed + zone->file) * page;
}

/* Adds up the node's zones; each begins with a line like "Node 0, zone   Normal". After a pool was released
 * on a machine with 1 GiB, 46 MiB were on the CPUs' lists, and not in MemFree. */
static int read_zones(int procfs, unsigned node, struct node_memory *memory)
{
        _cleanup_free_ char *text = NULL;
        struct zone zone = ZONE_BEGIN;
        char *save = NULL;
        bool ours = false;
        int r;

        r = sysfs_read(procfs, "zoneinfo", &text, NULL);
        if (r < 0)
                return r;

        for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
                unsigned number;

                if (sscanf(line, "Node %u, zone", &number) == 1) {
                        add_zone(&zone, memory);
                        zone = ZONE_BEGIN;
                        zone.movable = strstr(line, " Movable") != NULL;
                        ours = number == node;
                } else if (ours)
                        read_zone_line(line, &zone);
        }

        add_zone(&zone, memory);
        return 0;
}

/* On a machine with a single node, the machine's numbers are the node's. They can be greater: some
 * kernels defer the initialisation of memory, and the node then counts only what has been initialised. */
static int widen_single_node(int sysfs, int procfs, struct node_memory *memory)
{
        _cleanup_free_ unsigned *nodes = NULL;
        _cleanup_free_ char *text = NULL;
        uint64_t total, free_memory;
        size_t n;
        int r;

        r = numa_nodes(sysfs, &nodes, &n);
        if (r < 0 || n != 1)
                return r;
        r = sysfs_read(procfs, "meminfo", &text, NULL);
        if (r < 0)
                return r == -ENOENT ? 0 : r;

        total = meminfo_value(text, "MemTotal:");
        free_memory = meminfo_value(text, "MemFree:");
        if (total > memory->total && free_memory > memory->free) {
                memory->total = total;
                memory->free = free_memory;
        }
        return 0;
}

int node_memory_read(int sysfs, int procfs, unsigned node, struct node_memory *ret)
{
        struct node_memory memory = {};
        _cleanup_free_ char *text = NULL;
        uint64_t file, not_easily;
        int r;

        r = meminfo_read(sysfs, node, &text);
        if (r < 0)
                return r;

        memory.total = meminfo_value(text, " MemTotal:");
        memory.free = meminfo_value(text, " MemFree:");
        memory.dirty = meminfo_value(text, " Dirty:") + meminfo_value(text, " Writeback:");
        memory.slab_reclaimable = meminfo_value(text, " SReclaimable:");
        file = meminfo_value(text, " Active(file):") + meminfo_value(text, " Inactive(file):");
        not_easily = memory.dirty + meminfo_value(text, " Mapped:");
        memory.file_clean = file > not_easily ? file - not_easily : 0;

        r = widen_single_node(sysfs, procfs, &memory);
        if (r < 0)
                return r;
        r = read_zones(procfs, node, &memory);
        if (r < 0)
                return r;

        *ret = memory;
        return 0;
}

uint64_t node_memory_available(const struct node_memory *memory)
{
        uint64_t sum = memory->free + memory->file_clean + memory->slab_reclaimable;

        return sum > memory->watermark ? sum - memory->watermark : 0;
}

void node_memory_restrict(const struct machine *machine, struct page_size size,
                          struct node_memory *memory)
{
        uint64_t allowed = 0;

        if (!page_size_is_gigantic(size) || memory->movable == 0)
                return;
        (void) sysfs_read_u64(machine->procfs, "sys/vm/movable_gigantic_pages", &allowed);
        if (!allowed)
                memory->free -= memory->movable < memory->free ? memory->movable : memory->free;
}

int node_uses_read(int sysfs, unsigned node, struct node_uses *ret)
{
        _cleanup_free_ char *text = NULL;
        int r;

        r = meminfo_read(sysfs, node, &text);
        if (r < 0)
                return r;

        ret->kernel = meminfo_value(text, " SUnreclaim:") + meminfo_value(text, " PageTables:") +
                      meminfo_value(text, " SecPageTables:") + meminfo_value(text, " KernelStack:");
        ret->locked = meminfo_value(text, " Mlocked:");
        ret->process = meminfo_value(text, " AnonPages:") + meminfo_value(text, " Shmem:");
        return 0;
}

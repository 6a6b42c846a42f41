/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/pools/numa.h"

#include <ctype.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "helpers/modules/sysfs.h"

/* A kernel has at most 1 << CONFIG_NODES_SHIFT nodes, 1024 in the largest configurations. */
#define NODE_MAX 4096

typedef int (*range_visitor_t)(unsigned number, void *userdata);

/* Calls VISIT for each number in a list as the kernel prints it, "0-3,8" (lib/vsprintf.c:
 * bitmap_list_string); an empty list is fine. */
static int visit_ranges(const char *text, range_visitor_t visit, void *userdata)
{
        while (isdigit((unsigned char) *text)) {
                unsigned long first, last;
                char *end;

                first = last = strtoul(text, &end, 10);
                if (*end == '-')
                        last = strtoul(end + 1, &end, 10);
                if (last < first || last > 65535)
                        return -EBADMSG;
                for (unsigned long number = first; number <= last; number++) {
                        int r = visit((unsigned) number, userdata);

                        if (r < 0)
                                return r;
                }
                text = *end == ',' ? end + 1 : end;
        }

        return *text == '\0' || *text == '\n' ? 0 : -EBADMSG;
}

struct node_list {
        unsigned *nodes;
        size_t n;
};

static int append_node(unsigned node, void *userdata)
{
        struct node_list *list = userdata;
        unsigned *bigger;

        if (node > NODE_MAX)
                return -EBADMSG;
        bigger = reallocarray(list->nodes, list->n + 1, sizeof(unsigned));
        if (!bigger)
                return -ENOMEM;

        list->nodes = bigger;
        bigger[list->n++] = node;
        return 0;
}

static int read_node_list(int sysfs, const char *path, struct node_list *list)
{
        _cleanup_free_ char *text = NULL;
        int r;

        r = sysfs_read(sysfs, path, &text, NULL);
        return r < 0 ? r : visit_ranges(text, append_node, list);
}

/* The number after "KEY" (given with its colon) in a meminfo text, in bytes; 0 if it is not there. */
static uint64_t meminfo_value(const char *text, const char *key)
{
        const char *found = strstr(text, key);

        return found ? strtoull(found + strlen(key), NULL, 10) * 1024 : 0;
}

static int read_meminfo(int sysfs, unsigned node, char **ret)
{
        char path[64];

        snprintf(path, sizeof(path), "devices/system/node/node%u/meminfo", node);
        return sysfs_read(sysfs, path, ret, NULL);
}

static bool node_has_memory(int sysfs, unsigned node)
{
        _cleanup_free_ char *text = NULL;

        return read_meminfo(sysfs, node, &text) == 0 && meminfo_value(text, " MemTotal:") > 0;
}

int numa_nodes(int sysfs, unsigned **ret, size_t *ret_n)
{
        _cleanup_free_ unsigned *nodes = NULL;
        struct node_list list = {};
        size_t n = 0;
        int r;

        r = read_node_list(sysfs, "devices/system/node/has_memory", &list);
        if (r == -ENOENT)
                r = read_node_list(sysfs, "devices/system/node/online", &list);
        nodes = list.nodes;
        if (r < 0)
                return r;

        for (size_t i = 0; i < list.n; i++)
                if (node_has_memory(sysfs, nodes[i]))
                        nodes[n++] = nodes[i];

        *ret = TAKE_PTR(nodes);
        *ret_n = n;
        return 0;
}

/* One zone's lines in /proc/zoneinfo, in base pages. */
struct zone {
        uint64_t high, boost, managed, protection;
        uint64_t listed; /* free on the CPUs' own lists */
        uint64_t free, file;
        bool movable;
};

#define ZONE_BEGIN ((struct zone){ .managed = UINT64_MAX })

/* What ordinary memory never gets of a zone (mm/page_alloc.c: calculate_totalreserve_pages). Of the
 * zones that old devices can reach, much of a big machine's first 4 GiB, that is all: it looks free,
 * and no process can have it. The boost comes and goes with fragmentation. */
static uint64_t zone_kept(const struct zone *zone)
{
        uint64_t boost = zone->boost < zone->high ? zone->boost : 0;
        uint64_t kept = zone->high - boost + zone->protection;

        return kept < zone->managed ? kept : zone->managed;
}

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

        if (sscanf(line, " high %lu", &value) == 1)
                zone->high = value;
        else if (sscanf(line, " boost %lu", &value) == 1)
                zone->boost = value;
        else if (sscanf(line, " managed %lu", &value) == 1)
                zone->managed = value;
        else if (sscanf(line, " count: %lu", &value) == 1)
                zone->listed += value;
        else if (sscanf(line, " pages free %lu", &value) == 1)
                zone->free = value;
        else if (sscanf(line, " nr_zone_inactive_file %lu", &value) == 1 ||
                 sscanf(line, " nr_zone_active_file %lu", &value) == 1)
                zone->file += value;
        else if (strncmp(line, protection, strlen(protection)) == 0)
                zone->protection = greatest(line);
}

static void add_zone(const struct zone *zone, struct node_memory *memory)
{
        uint64_t page = (uint64_t) sysconf(_SC_PAGESIZE);

        memory->watermark += zone_kept(zone) * page;
        memory->free += zone->listed * page;
        if (zone->movable)
                memory->movable += (zone->free + zone->listed + zone->file) * page;
}

/* Adds up the node's zones; each begins with a line like "Node 0, zone   Normal". After a pool
 * was given back, 46 MiB of a machine of 1 GiB were on the CPUs' lists, and not in MemFree. */
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
 * kernels put off initialising memory until it is needed, and the node then counts only what has
 * been initialised. */
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

int numa_memory(int sysfs, int procfs, unsigned node, struct node_memory *ret)
{
        struct node_memory memory = {};
        _cleanup_free_ char *text = NULL;
        uint64_t file, not_easily;
        int r;

        r = read_meminfo(sysfs, node, &text);
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

int numa_uses(int sysfs, unsigned node, struct node_uses *ret)
{
        _cleanup_free_ char *text = NULL;
        int r;

        r = read_meminfo(sysfs, node, &text);
        if (r < 0)
                return r;

        ret->kernel = meminfo_value(text, " SUnreclaim:") + meminfo_value(text, " PageTables:") +
                      meminfo_value(text, " SecPageTables:") + meminfo_value(text, " KernelStack:");
        ret->locked = meminfo_value(text, " Mlocked:");
        ret->process = meminfo_value(text, " AnonPages:") + meminfo_value(text, " Shmem:");
        return 0;
}

static int append_cpu(unsigned cpu, void *userdata)
{
        if (cpu < CPU_SETSIZE)
                CPU_SET(cpu, (cpu_set_t *) userdata);
        return 0;
}

int numa_cpus(int sysfs, unsigned node, cpu_set_t *ret)
{
        _cleanup_free_ char *text = NULL;
        cpu_set_t cpus;
        char path[64];
        int r;

        snprintf(path, sizeof(path), "devices/system/node/node%u/cpulist", node);
        r = sysfs_read(sysfs, path, &text, NULL);
        if (r < 0)
                return r;

        CPU_ZERO(&cpus);
        r = visit_ranges(text, append_cpu, &cpus);
        if (r < 0)
                return r;

        *ret = cpus;
        return 0;
}

int numa_pin(int sysfs, unsigned node)
{
        cpu_set_t cpus;
        int r;

        r = numa_cpus(sysfs, node, &cpus);
        if (r < 0)
                return r;
        if (CPU_COUNT(&cpus) == 0)
                return 0;

        return sched_setaffinity(0, sizeof(cpus), &cpus) < 0 ? -errno : 0;
}

/* The kernel takes longer node masks than it has nodes if the rest is zero (mm/mempolicy.c:
 * get_nodes). */
int numa_bind(unsigned node)
{
        const unsigned bits = CHAR_BIT * sizeof(unsigned long);
        unsigned long mask[NODE_MAX / (CHAR_BIT * sizeof(unsigned long))] = {};

        if (node >= NODE_MAX)
                return -EINVAL;
        mask[node / bits] = 1UL << (node % bits);
        return syscall(SYS_set_mempolicy, MPOL_BIND, mask, (unsigned long) NODE_MAX) < 0 ? -errno
                                                                                         : 0;
}

void numa_unbind(void)
{
        (void) syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0UL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/numa.h"

#include <ctype.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/words/node.h"
#include "helpers/modules/kernel/meminfo.h"
#include "helpers/modules/kernel/sysfs.h"

/* As many as a mask has room for. */
#define NODES (NODE_MAX + 1)

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

static bool node_has_memory(int sysfs, unsigned node)
{
        _cleanup_free_ char *text = NULL;

        return meminfo_read(sysfs, node, &text) == 0 && meminfo_value(text, " MemTotal:") > 0;
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

/* The kernel takes longer node masks than it has nodes if the rest is zero, and uses one bit less than
 * specified (mm/mempolicy.c: get_nodes). */
int numa_bind(unsigned node)
{
        const unsigned bits = CHAR_BIT * sizeof(unsigned long);
        unsigned long mask[NODES / (CHAR_BIT * sizeof(unsigned long))] = {};

        if (node > NODE_MAX)
                return -EINVAL;
        mask[node / bits] = 1UL << (node % bits);
        return syscall(SYS_set_mempolicy, MPOL_BIND, mask, NODES + 1UL) < 0 ? -errno : 0;
}

void numa_unbind(void)
{
        (void) syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0UL);
}

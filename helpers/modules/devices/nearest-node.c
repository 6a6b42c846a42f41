/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/devices/nearest-node.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "basic/cleanup.h"
#include "helpers/modules/kernel/sysfs.h"

/* The next number of a list of ranges as the kernel prints it, "0-2,4", after BEFORE (-1: the first);
 * -1: no more. */
static long next_number(const char *list, long before)
{
        while (isdigit((unsigned char) *list)) {
                char *end;
                long first = strtol(list, &end, 10), last = first;

                if (*end == '-')
                        last = strtol(end + 1, &end, 10);
                if (last > before)
                        return first > before ? first : before + 1;
                list = *end == ',' ? end + 1 : end;
        }
        return -1;
}

static bool contains(const unsigned *nodes, size_t n, long node)
{
        for (size_t i = 0; i < n; i++)
                if ((long) nodes[i] == node)
                        return true;
        return false;
}

/* DISTANCES has one number for each node of ONLINE, in their order (drivers/base/node.c: distance). */
static int find_least(const char *distances, const char *online, const unsigned *nodes, size_t n)
{
        long least = LONG_MAX, found = -1;

        for (long node = next_number(online, -1); node >= 0; node = next_number(online, node)) {
                char *end;
                long distance = strtol(distances, &end, 10);

                if (end == distances)
                        break;
                distances = end;
                if (distance < least && contains(nodes, n, node)) {
                        least = distance;
                        found = node;
                }
        }
        return (int) found;
}

int nearest_node(int sysfs, int node, const unsigned *nodes, size_t n, int *ret)
{
        _cleanup_free_ char *distances = NULL, *online = NULL;
        char path[64];
        int r;

        *ret = node;
        if (node < 0 || contains(nodes, n, node))
                return 0;

        snprintf(path, sizeof(path), "devices/system/node/node%d/distance", node);
        r = sysfs_read(sysfs, path, &distances, NULL);
        if (r >= 0)
                r = sysfs_read(sysfs, "devices/system/node/online", &online, NULL);
        *ret = r >= 0 ? find_least(distances, online, nodes, n) : -1;
        return r == -ENOMEM ? r : 0;
}

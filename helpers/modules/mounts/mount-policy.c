/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-policy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/words/node-set.h"
#include "helpers/modules/kernel/numa.h"

/* The nodes of the machine; without NUMA there is node 0. */
static int read_nodes(const struct machine *machine, struct node_set *ret)
{
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n;
        int r = numa_nodes(machine->sysfs, &nodes, &n);

        *ret = (struct node_set){};
        if (r == -ENOENT)
                ret->has[0] = true;
        for (size_t i = 0; r >= 0 && i < n; i++)
                if (nodes[i] <= NODE_MAX)
                        ret->has[nodes[i]] = true;
        return r == -ENOENT ? 0 : r;
}

int mount_policy_check(const struct machine *machine, const char *policy, char **ret_reason)
{
        static const char bind[] = "bind:";
        _cleanup_free_ char *there = NULL;
        struct node_set wanted, nodes;
        int r;

        if (strncmp(policy, bind, strlen(bind)) != 0 ||
            node_set_parse(policy + strlen(bind), &wanted) < 0)
                return refuse(ret_reason, -EINVAL, "mpol=%s: not a list of nodes", policy);
        r = read_nodes(machine, &nodes);
        if (r < 0)
                return refuse(ret_reason, r, "cannot find out which nodes have memory: %s", strerror(-r));
        there = node_set_format(&nodes);
        if (!there)
                return refuse(ret_reason, -ENOMEM, "out of memory");
        for (unsigned node = 0; node <= NODE_MAX; node++)
                if (wanted.has[node] && !nodes.has[node])
                        return refuse(ret_reason, -EINVAL,
                                      "node %u has no memory on this machine, whose nodes are %s", node,
                                      there);
        return 0;
}

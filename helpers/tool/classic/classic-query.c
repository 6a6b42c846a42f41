/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/classic-query.h"

#include <inttypes.h>

#include "basic/log.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/tool/classic/legacy-result.h"

static int print_pools(const struct tool *tool, const unsigned *nodes, size_t n,
                       enum page_type type)
{
        fprintf(tool->out, "%s pages:\n", page_type_name(type));
        for (size_t i = 0; i < n; i++) {
                struct pool_counts counts = {};
                int r;

                r = pool_read(tool->machine.sysfs, nodes[i], page_size_default(type), &counts);
                if (r < 0 && r != -ENOENT)
                        return log_error_errno(r, "Cannot read the pools: %m");
                fprintf(tool->out, "\tnuma %u: %" PRIu64 " total, %" PRIu64 " free\n\n", nodes[i],
                        counts.total, counts.free);
        }
        return 0;
}

int classic_query_begin(const struct tool *tool)
{
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n = 0;
        int r;

        r = numa_nodes(tool->machine.sysfs, &nodes, &n);
        if (r < 0 && r != -ENOENT)
                return log_error_errno(r, "Cannot find out which nodes there are: %m");

        fputc('\n', tool->out);
        r = 0;
        for (int type = N_PAGE_TYPES - 1; type >= 0 && r >= 0; type--)
                if (page_type_has_pool(type))
                        r = print_pools(tool, nodes, n, type);
        if (r >= 0 && access(tool->path, F_OK) == 0)
                fprintf(tool->out, "FD_SHMEM_PATH=%s\n\n", tool->path);
        return r;
}

int classic_query_end(struct tool *tool, int argc, char **argv)
{
        if (access(tool->path, F_OK) < 0)
                return outcome_refuse(tool, argc, argv,
                                      "path %s not accessible; probably uninitialized or not "
                                      "running with appropriate permissions",
                                      tool->path);
        fputs("query: success\n", tool->out);
        return TOOL_OK;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/compact.h"

#include "basic/log.h"
#include "helpers/modules/kernel/compaction.h"

static int report_result(unsigned node, int result)
{
        if (result == -ENOENT)
                return log_error_errno(EOPNOTSUPP,
                                       "node %u: this kernel cannot compact memory "
                                       "(CONFIG_COMPACTION)",
                                       node);
        if (result < 0)
                return log_error_errno(result, "node %u: cannot compact its memory: %m", node);

        log_info("node %u: memory compacted", node);
        return 0;
}

int compact_nodes(const struct machine *machine, const unsigned *nodes, size_t n)
{
        _cleanup_free_ int *results = calloc(n ?: 1, sizeof(*results));
        int r, failure = 0;

        if (!results || compaction_run(machine, nodes, n, results) < 0)
                return log_oom();

        for (size_t i = 0; i < n; i++) {
                r = report_result(nodes[i], results[i]);
                if (r < 0 && failure == 0)
                        failure = r;
        }
        return failure;
}

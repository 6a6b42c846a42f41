/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/grow/compact.h"

#include "basic/log.h"
#include "helpers/modules/kernel/compaction.h"

int compact_nodes(const struct machine *machine, const unsigned *nodes, size_t n)
{
        _cleanup_free_ int *results = calloc(n ?: 1, sizeof(*results));
        int failure = 0;

        if (!results || compaction_run(machine, nodes, n, results) < 0)
                return log_oom();

        for (size_t i = 0; i < n; i++) {
                int r = results[i];

                if (r == -ENOENT)
                        r = log_error_errno(EOPNOTSUPP,
                                            "node %u: this kernel cannot compact memory "
                                            "(CONFIG_COMPACTION)",
                                            nodes[i]);
                else if (r < 0)
                        (void) log_error_errno(r, "node %u: cannot compact its memory: %m",
                                               nodes[i]);
                else
                        log_info("node %u: memory compacted", nodes[i]);
                if (r < 0 && failure == 0)
                        failure = r;
        }
        return failure;
}

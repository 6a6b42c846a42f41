/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compacts the memory of every node, for fd-shmem-defrag.service. */

#include "basic/log.h"
#include "helpers/modules/grow/compact.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/numa.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/report.h"

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_free_ unsigned *nodes = NULL;
        size_t n;
        int r;

        r = machine_open("", &machine);
        if (r < 0)
                return r;
        r = numa_nodes(machine.sysfs, &nodes, &n);
        if (r < 0)
                return log_error_errno(r, "Cannot find out which nodes have memory: %m");

        report_status("Compacting the memory of %zu nodes", n);
        return compact_nodes(&machine, nodes, n);
}

int main(int argc, char **argv)
{
        report_open(NULL);
        return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

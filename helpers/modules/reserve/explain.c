/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/explain.h"

#include <inttypes.h>
#include <stdio.h>

#include "basic/size.h"
#include "helpers/modules/kernel/free-blocks.h"
#include "helpers/modules/kernel/page-ranges.h"

int explain_shortage(const struct machine *machine, unsigned node, struct page_size size,
                     uint64_t missing, char **ret)
{
        struct free_blocks memory;
        uint64_t available;
        int r;

        r = free_blocks_read(machine, node, size, &memory);
        if (r < 0)
                return r;

        available = node_memory_available(&memory.node);
        if (page_ranges_exhausted(machine, node, size))
                r = asprintf(ret,
                             "%" PRIu64 " MiB are free or easily freed, but each remaining range "
                             "of %" PRIu64 " %s holds memory that the kernel never moves (its "
                             "own "
                             "since boot, or page tables); reserve at boot, or ask for less",
                             available / MIB, size.bytes / (size.bytes < GIB ? MIB : GIB),
                             size.bytes < GIB ? "MiB" : "GiB");
        else if (available >= missing * size.bytes)
                r = asprintf(ret,
                             "memory is fragmented: %" PRIu64
                             " MiB are free or easily freed, but not in whole blocks of %" PRIu64
                             " %s; %" PRIu64 " MiB are blocks that hold unmovable memory (%" PRIu64
                             " MiB of it slab, page tables and stacks of the kernel), %" PRIu64
                             " MiB are locked by processes; reserve at boot, or ask for less",
                             available / MIB, size.bytes / (size.bytes < MIB ? KIB : MIB),
                             size.bytes < MIB ? "KiB" : "MiB", memory.unmovable_blocks / MIB,
                             memory.uses.kernel / MIB, memory.uses.locked / MIB);
        else
                r = asprintf(ret,
                             "memory is in use: of %" PRIu64 " MiB, %" PRIu64
                             " MiB are free or easily freed; processes and shared memory have "
                             "%" PRIu64 " MiB; stop what uses the memory, or ask for less",
                             memory.node.total / MIB, available / MIB, memory.uses.process / MIB);
        if (r >= 0)
                return 0;

        *ret = NULL;
        return -ENOMEM;
}

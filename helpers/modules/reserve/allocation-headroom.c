/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "basic/log.h"
#include "basic/size.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/modules/reserve/headroom.h"

/* Refuses, or reduces the allocation. FITS pages can be added, fewer than requested. */
static int limit_node(struct allocation_node *node, struct page_size size,
                      const struct node_memory *memory, uint64_t headroom, uint64_t fits,
                      bool take_less)
{
        uint64_t held = holdings_held(&node->line) + node->adopt;

        (void) log_full(take_less ? LOG_WARNING : LOG_ERR, 0,
                        "node %u: %" PRIu64 " %s pages asked, %" PRIu64 " there, %" PRIu64
                        " to be added (%" PRIu64 " MiB), %s: of %" PRIu64 " MiB, %" PRIu64
                        " MiB are free, %" PRIu64 " MiB easily freed, %" PRIu64
                        " MiB kept by the kernel, and Headroom= keeps %" PRIu64 " MiB; %" PRIu64
                        " pages would fit%s",
                        node->line.node, node->line.asked, page_size_name(size), held, node->add,
                        node->add * size.bytes / MIB, take_less ? "which is too much" : "refused",
                        memory->total / MIB, memory->free / MIB,
                        (memory->file_clean + memory->slab_reclaimable) / MIB,
                        memory->watermark / MIB, headroom / MIB, held + fits,
                        take_less ? " and are taken" : ": ask for less, or lower Headroom=");
        if (!take_less)
                return -ENOSPC;

        node->withheld = node->add - fits;
        node->add = fits;
        return 0;
}

int allocation_check_headroom(const struct machine *machine, struct allocation *allocation,
                              const struct amount *headroom, bool take_less)
{
        int result = 0;

        for (size_t i = 0; i < allocation->n_nodes; i++) {
                struct allocation_node *node = &allocation->nodes[i];
                struct node_memory memory;
                uint64_t keep, fits;
                int r;

                if (node->add == 0)
                        continue;
                r = node_memory_read(machine->sysfs, machine->procfs, node->line.node, &memory);
                if (r < 0)
                        return log_error_errno(r, "node %u: cannot read its memory: %m",
                                               node->line.node);

                node_memory_restrict(machine, allocation->size, &memory);
                keep = node->headroom = headroom_bytes(headroom, memory.total);
                fits = headroom_fitting_pages(&memory, keep, allocation->size.bytes);
                node->spare = fits > node->add ? fits - node->add : 0;
                if (node->add <= fits)
                        continue;
                r = limit_node(node, allocation->size, &memory, keep, fits, take_less);
                if (r < 0)
                        result = r; /* the other nodes' numbers are wanted, too */
        }

        return result;
}

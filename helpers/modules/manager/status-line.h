/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the unit's status line says while pools grow, and how long the service manager waits. */

#include <stddef.h>
#include <stdint.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"

struct progress {
        enum page_type type;
        unsigned node;
        uint64_t pages, target;
        uint64_t most;        /* pages, since the node's turn came */
        uint64_t begin_pages; /* then */
        uint64_t begin_usec;  /* CLOCK_MONOTONIC; 0: nothing has begun */
};

/* PAGES of TARGET are in NODE's pool: the status line says so if that is news. The start timeout is
 * extended only when there are more than ever before, or it is another node's turn: a kernel that
 * finds no more pages may not keep the boot waiting. */
void progress_pages(struct progress *progress, unsigned node, uint64_t pages, uint64_t target);

/* Something takes long on NODE, for WHAT ("compacting memory"). Nothing is extended. */
void progress_activity(struct progress *progress, unsigned node, const char *what);

/* "2.1 GiB/s" into BUFFER, or an empty text if nothing can be said yet; returns BUFFER. */
const char *progress_format_rate(uint64_t bytes, uint64_t usec, char *buffer, size_t size);

/* "node 0: 160 of 160 huge pages; node 1: ...": what DOMAIN's reservation of TYPE has come to, as the
 * ledger has it. */
void status_reservation(const struct machine *machine, const char *domain, enum page_type type);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The unit's status line and start timeout while pools grow. */

#include <stddef.h>
#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

struct progress {
        struct page_size size;
        unsigned node;
        uint64_t pages, target;
        uint64_t most;        /* pages at the start of the node's turn */
        uint64_t begin_pages; /* then */
        uint64_t begin_usec;  /* CLOCK_MONOTONIC; 0: nothing has begun */
};

/* PAGES of TARGET are in NODE's pool: updates the status line if that has changed. The start timeout is
 * extended only when there are more pages than ever before, or when the node changes: a kernel that finds
 * no more pages must not delay the boot. */
void progress_pages(struct progress *progress, unsigned node, uint64_t pages, uint64_t target);

/* A lengthy operation WHAT ("compacting memory") runs on NODE. The timeout is not extended. */
void progress_activity(struct progress *progress, unsigned node, const char *what);

/* "2.1 GiB/s" into BUFFER, or an empty string if the rate is not known yet; returns BUFFER. */
const char *progress_format_rate(uint64_t bytes, uint64_t usec, char *buffer, size_t size);

/* "node 0: 160 of 160 huge pages; node 1: ...": the pages of DOMAIN's reservation of TYPE, from the
 * ledger. */
void status_reservation(const struct machine *machine, const char *domain, enum page_type type);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The rungs: each does one thing to a node's memory, in bounded time, and tells the debug log what
 * it was and how long it took. All return with the kernel's work done. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/clock.h"
#include "helpers/modules/grow/growth.h"

/* What was done, for the report. */
struct escalate_work {
        unsigned writes;
        unsigned compactions;
        uint64_t reclaimed; /* bytes, asked for */
        uint64_t nsec;      /* all together */
        bool slab_dropped;  /* directory entries and inodes */
};

/* Documentation/admin-guide/sysctl/vm.rst, drop_caches. 4, which keeps the kernel log quiet, holds for
 * ever once it is written, and many kernels take no sum with it (kernel/sysctl.c: 1 to 4). */
enum { LADDER_DROP_CACHE = 1, LADDER_DROP_SLAB = 2 };

/* Writes again as long as that pays: each write brought a good part of what is missing, or
 * anything and not much time is spent on it yet. PATIENT: as long as anything comes. */
int escalate_write(struct growth *growth, bool patient, struct escalate_work *work);

/* Compacts the node. The rungs return 1 when they have done something, 0 when they could not, and
 * negative what growth_check() said. */
int escalate_compact(struct growth *growth, struct escalate_work *work);

/* WHAT follows, and takes a while: for the status line. What growth_check() says. */
int escalate_begin(const struct growth *growth, const char *what);

/* WHAT, begun at BEGIN (clock_nsec()), is done: for the report and the debug log. */
void escalate_note(const struct growth *growth, struct escalate_work *work, uint64_t begin,
                   const char *what);

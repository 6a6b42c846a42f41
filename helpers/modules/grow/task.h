/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A pool to grow, with its limits, its account and its watch. */

#include <stdint.h>

#include "basic/words/page-size.h"
#include "basic/words/policy.h"
#include "helpers/modules/holdings/node-account.h"
#include "helpers/modules/kernel/machine.h"

struct parallel;

struct grow_limits {
        enum defrag_policy defrag; /* AUTO: when the node runs short; ALWAYS: beforehand, too */
        uint64_t headroom; /* bytes that others may find free on the node; 0: none are kept */
};

struct grow_progress {
        unsigned node;
        uint64_t persistent; /* pages */
        uint64_t target;
        const char
                *activity; /* the lengthy operation that follows, e.g. "compacting memory"; NULL: a
                               * write */
};

/* Called before every write and before anything else that takes long; negative: give up with that errno,
 * which has been logged. NULL: no watch. */
struct grow_watch {
        int (*progress)(const struct grow_progress *progress, void *userdata);
        void *userdata;
};

struct grow_task {
        const struct machine *machine;
        unsigned node;
        struct page_size size;
        uint64_t target;              /* persistent pages; with an account, its goal counts */
        struct node_account *account; /* every write is entered there; NULL: no account is kept */
        struct grow_limits limits;
        struct grow_watch watch;
        /* The state of this run for growing on several CPUs in parallel (parallel.h); NULL: never do
         * that. */
        struct parallel *parallel;
};

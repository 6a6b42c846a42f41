/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is to be grown, within which limits, who keeps the account of it, and who watches. */

#include <stdint.h>

#include "basic/page-type.h"
#include "basic/policy.h"
#include "helpers/modules/holdings/node-account.h"
#include "helpers/modules/kernel/machine.h"

struct parallel;

struct grow_limits {
        enum defrag_policy defrag; /* AUTO: when the node comes up short; ALWAYS: beforehand too */
        uint64_t headroom; /* bytes that others may find free on the node; 0: none are kept */
};

struct grow_progress {
        unsigned node;
        uint64_t persistent; /* pages */
        uint64_t target;
        const char *activity; /* what takes long and follows, "compacting memory"; NULL: a write */
};

/* Called before every write and before anything else that takes long; negative: give up with that
 * errno, which has been logged. NULL: nobody is interested. */
struct grow_watch {
        int (*progress)(const struct grow_progress *progress, void *userdata);
        void *userdata;
};

struct grow_task {
        const struct machine *machine;
        unsigned node;
        enum page_type type;
        uint64_t target;              /* persistent pages; with an account, its goal counts */
        struct node_account *account; /* every write is entered there; NULL: nobody keeps one */
        struct grow_limits limits;
        struct grow_watch watch;
        /* What this run knows of growing on several CPUs at once (parallel.h); NULL: never do. */
        struct parallel *parallel;
};

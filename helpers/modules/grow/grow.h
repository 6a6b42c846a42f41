/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Getting pages: one node's pool grows towards a number, in writes small enough to be interrupted,
 * with what helps when the kernel finds no more. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/page-type.h"
#include "basic/policy.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"

struct parallel;

/* The account of the pool's pages, which others change, too. Each function may fail: the growth ends
 * with that errno, which has been logged. */
struct grow_account {
        /* Before a write: what the pool has. Sets *TARGET to the persistent pages that it is to have in
         * the end. */
        int (*look)(const struct pool_counts *counts, uint64_t *target, void *userdata);
        /* The write that follows at once asks for TARGET pages, and what came of it. */
        int (*announce)(const struct pool_counts *counts, uint64_t target, void *userdata);
        int (*settle)(uint64_t persistent, void *userdata);
        void *userdata;
};

struct grow_policy {
        enum defrag_policy defrag; /* AUTO: when the node comes up short; ALWAYS: beforehand too */
        /* Called before every write with the persistent number so far; negative: give up with that
         * errno. NULL: nobody is interested. */
        int (*progress)(unsigned node, uint64_t persistent, uint64_t target, void *userdata);
        /* Called before anything but a write that may take long; WHAT, like "compacting memory", is for
         * people. It is no progress. NULL: nobody is interested. */
        void (*activity)(unsigned node, const char *what, void *userdata);
        void *userdata;                     /* of both */
        const struct grow_account *account; /* NULL: nobody keeps one, and the target is fixed */
        /* What this run knows of growing on several CPUs at once (parallel.h); NULL: never do. */
        struct parallel *parallel;
};

struct grow_result {
        uint64_t persistent; /* read back */
        unsigned compactions;
};

/* Grows the pool of TYPE on NODE to TARGET persistent pages, or as far as it goes: getting fewer
 * is no error. The thread is pinned to the node's CPUs from here on. On failure (logged, unless it
 * came from PROGRESS) what was got stays. */
int grow_node(const struct machine *machine, unsigned node, enum page_type type, uint64_t target,
              const struct grow_policy *policy, struct grow_result *ret);

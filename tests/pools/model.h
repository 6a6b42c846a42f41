/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random sequences of changes to the pools of huge pages by fd-shmem and others, compared with a
 * model that knows the origin of each change: when all domains have stopped, a pool has the number
 * of pages it would have without fd-shmem. Where that is ambiguous (pools/account.h), the rule
 * decides. */

#include <stdbool.h>
#include <stdint.h>

#define MODEL_NODES_MAX 2
#define MODEL_DOMAINS   3

struct model_act {
        unsigned domain;
        bool reserve; /* else release */
        uint64_t pages[MODEL_NODES_MAX];
        bool adopt;
        bool release;
        unsigned kill; /* after so much of it; 0: not at all */
};

struct model_kernel {
        const unsigned *nodes;
        unsigned n_nodes;
        /* Does ACT; -EINTR: it was killed before it was done. */
        int (*act)(const struct model_act *act);
        /* Another process uses pages of a pool, or releases all pages it uses; NULL: none. */
        void (*use)(unsigned node, uint64_t pages);
        void (*let_go)(unsigned node);
};

extern const char *const model_domains[MODEL_DOMAINS + 1]; /* the last one never has anything */

/* Runs COUNT sequences, the first with SEED; a seed that is shown repeats one of them. Returns the
 * number of failed sequences; the first is shown step by step. The pools are as before if none did. */
unsigned model_run(const struct model_kernel *kernel, uint64_t seed, unsigned count);

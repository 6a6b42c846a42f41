/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One sequence of the model (model.h) in the middle of its run. */

#include <stdio.h>

#include "helpers/modules/kernel/pool.h"
#include "tests/pools/model.h"

/* The maximum number of pages per request. */
#define MODEL_PAGES_MAX 10

/* One pool as the model knows it. */
struct model_pool {
        uint64_t truth;  /* the pages it would have without fd-shmem */
        bool told;       /* unambiguous from the numbers so far */
        uint64_t others; /* number of pages according to the rule */
        uint64_t ours;   /* added, and there after the last look */
        bool changed;    /* by others since the last look */
};

struct model_run {
        const struct model_kernel *kernel;
        uint64_t random;
        struct model_pool pools[MODEL_NODES_MAX];
        char *trace;
        size_t trace_size;
        FILE *log;
        const char *wrong;
        bool messed; /* others' writes have made free pages surplus: see release.c, absorb_surplus() */
};

/* A random number below N. */
uint64_t model_draw(struct model_run *run, uint64_t n);

/* Of the pool of the Ith node: its counters, and its persistent number. */
struct pool_counts model_counts(const struct model_run *run, unsigned i);
uint64_t model_persistent(const struct model_run *run, unsigned i);

/* Another process writes a number to a pool, or uses some of its pages. */
void model_others_act(struct model_run *run);
void model_others_use(struct model_run *run);

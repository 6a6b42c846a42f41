/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A machine of plain files below a temporary directory, and, in place of the kernel, a few lines
 * that change the files like mm/hugetlb.c changes the pools. Linked with --wrap=pool_write,
 * --wrap=sysfs_write and so on (see meson.build), so that the modules under test need no hooks. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/words/page-type.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"

#define FAKE_NODES 3
#define FAKE_BOOT  "11111111-2222-3333-4444-555555555555"

struct fake_node {
        bool present;
        uint64_t memory_mib;
        uint64_t free_mib;
        const char *cpus; /* NULL: "" */
};

struct fake_kernel {
        bool counts_surplus;           /* as before 6.7: see resize.h */
        bool no_bound;                 /* no nr_hugepages_mempolicy */
        uint64_t capacity[FAKE_NODES]; /* pages a node can have at most, of either type */
        /* Huge pages that fit on a node, those in the range of a gigantic one included; 0: no limit. While
         * there is a huge page, there is no range left (mm/page_alloc.c: pfn_range_valid_contig). */
        uint64_t room[FAKE_NODES];
        uint64_t per_write;       /* maximum number of pages added by one write; 0: no limit */
        uint64_t compaction_gain; /* by which a compaction raises the node's capacity */
        uint64_t reserved;        /* promised, over all nodes */
        bool no_binding;          /* surplus pages are always allocated on the last node */
        bool no_surplus;          /* none are allocated */
        unsigned writes;          /* to pools */
        unsigned surplus_makes;
        unsigned compactions;
        /* The pools are kept only in memory, for tests that read them a million times. */
        bool in_memory;
        struct pool_counts pools[FAKE_NODES][2]; /* huge and gigantic */
        void (*on_sleep)(void);                  /* another process acts while we wait */
        long clock_usec; /* by which the clock advances with each reading; 0: 100 */
        /* Kills the process at this event (0: never): a write to a pool, half way through one, to a
         * setting, a change of the ledger, each before and after. */
        unsigned kill_at;
        void (*on_kill)(void); /* does not return; NULL: SIGKILL */
        unsigned events;
};

extern struct fake_kernel fake_kernel;
extern int fake_machine_sysfs; /* of the machine that is open; not ours */

/* Makes the tree: two nodes, 0 and 2, of 4 GiB with 3 GiB free, without pages of any size; capacity
 * without limit. */
void fake_machine_open(struct machine *ret);
void fake_machine_close(struct machine *machine);

/* The machine boots: the kernel has another number. The content of the files is unchanged. */
void fake_boot(const struct machine *machine, const char *boot);

void fake_node_set(const struct machine *machine, unsigned node, const struct fake_node *values);

/* Sets the pool's counters, as somebody else would change them. */
void fake_pool_set_of(const struct machine *machine, unsigned node, struct page_size size,
                      uint64_t total, uint64_t free, uint64_t surplus);
struct pool_counts *fake_pool_in_memory(unsigned node, struct page_size size);

/* The same for the default size of TYPE. */
void fake_pool_set(const struct machine *machine, unsigned node, enum page_type type,
                   uint64_t total, uint64_t free, uint64_t surplus);

/* Acts like the kernel after the exit of a process that had mapped surplus pages. */
void fake_process_died(const struct machine *machine);

/* The pool's persistent number. */
uint64_t fake_pool_of(const struct machine *machine, unsigned node, struct page_size size);
uint64_t fake_pool(const struct machine *machine, unsigned node, enum page_type type);

/* All messages logged since the last call; valid until the next. */
const char *fake_log(void);

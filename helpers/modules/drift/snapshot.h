/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Everything that is compared, read once. */

#include "helpers/modules/drift/drift-list.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/holdings/pool-slots.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"

struct mount_table;

struct drift_domain {
        struct ledger_domain record;
        bool has_handover; /* false: started by a version that did not keep such a record */
        struct ledger_handover handover;
        bool has_claim[N_PAGE_TYPES]; /* its mount has a min_size= */
        uint64_t claim[N_PAGE_TYPES]; /* in pages */
};

struct drift_pool {
        unsigned node;
        bool there;
        struct pool_counts counts;
};

/* The pools of one size. */
struct drift_type {
        struct drift_pool *pools; /* one per node */
        uint64_t reserved;
        bool supported;
        struct ledger_reservation *reservations; /* as they are in the ledger */
        size_t n_reservations;
        bool pending; /* a pool is being changed, or was when the program that changed it died */
        struct holdings now; /* the remaining ones, if nothing is pending */
};

struct drift_snapshot {
        unsigned *nodes;
        size_t n_nodes;
        struct pool_slots slots; /* of the pools */
        struct drift_type type[POOL_SLOTS_MAX];
        struct drift_domain *domains; /* those that are up */
        size_t n_domains;
        struct mount_table *table;
};

int drift_snapshot_take(const struct machine *machine, struct drift_snapshot *ret);
void drift_snapshot_done(struct drift_snapshot *snapshot);

#define _cleanup_snapshot_ _cleanup_(drift_snapshot_done)

/* The pools with the domain's pages of TYPE. */
const struct drift_type *drift_pools_of(const struct drift_snapshot *snapshot,
                                        const struct drift_domain *domain, enum page_type type);

/* The record of DOMAIN's pages; NULL: none. */
const struct ledger_reservation *drift_reservation(const struct drift_snapshot *snapshot,
                                                   enum page_type type, const char *domain);

/* The pages that the domain should have on NODE: as many as at its handover, but no more than were
 * requested since; without a handover record, the number now in the ledger. */
uint64_t drift_expected(const struct drift_snapshot *snapshot, enum page_type type,
                        const struct drift_domain *domain, unsigned node);

/* The comparisons; each adds to LIST the differences of the domain ONLY (NULL: of all domains). */
int drift_compare_pools(const struct drift_snapshot *snapshot, const char *only,
                        struct drift_list *list);
int drift_compare_claims(const struct drift_snapshot *snapshot, struct drift_list *list);
int drift_compare_mounts(const struct drift_snapshot *snapshot, const char *only,
                         struct drift_list *list);
int drift_compare_directories(const struct drift_snapshot *snapshot, const char *only,
                              struct drift_list *list);

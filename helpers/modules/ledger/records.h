/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The records of the ledger, in memory. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/words/page-size.h"

struct ledger_node {
        unsigned node;
        uint64_t asked;   /* pages the domain was declared to have here */
        uint64_t adopted; /* of those, pages that were there already and are counted as its own */
        uint64_t added;   /* pages that we added to the pool, and will remove again */
        /* Of the added pages, those that were others' surplus: in use by them, so not the domain's. The
         * kernel makes such pages persistent before it makes new ones. */
        uint64_t converted;
        /* A write that was announced and not yet reconciled: the pool's persistent number before, and the
         * number asked of the kernel; lower than BEFORE when pages were being released. */
        bool pending;
        uint64_t before;
        uint64_t target;
        uint64_t surplus; /* before the write */
        /* Of the adopted and added pages, those found missing when the record was read. Not in the text. */
        uint64_t lost;
};

struct ledger_reservation {
        char *domain;
        enum page_type type;       /* in the domain */
        struct page_size size;     /* of the pool */
        bool release;              /* release the added pages at teardown */
        bool take_less;            /* go on with fewer pages than asked for */
        struct ledger_node *nodes; /* ascending */
        size_t n_nodes;
};

/* Identifies a directory, now and in later boots: a copy has another inode, and a reused inode number has
 * another time of birth (0 where the file system keeps none). */
struct ledger_identity {
        bool known;
        uint64_t inode;
        int64_t birth; /* seconds */
        uint32_t birth_nsec;
};

/* The pages that the pools of SIZE hold for others than fd-shmem: see holdings/account.h. A node without
 * pages of any domain has no line. */
struct ledger_baseline_node {
        unsigned node;
        uint64_t others;
};

struct ledger_baseline {
        struct page_size size;
        struct ledger_baseline_node *nodes; /* ascending */
        size_t n_nodes;
};

/* Identifies a mount; read by helpers/modules/base/mount-identity.h. 0: not known. */
struct ledger_mount_id {
        uint64_t mark;   /* of the file system */
        uint64_t unique; /* of the mount */
};

struct ledger_domain {
        char *name;
        char *path; /* canonical base directory; NULL: only pages, no directory and no mounts */
        bool no_mounts;                 /* the text says so; as !path */
        struct ledger_identity base_id; /* not known: the base is still to be made */
        bool base_made; /* we created it; else it existed, empty, and these are to be restored: */
        uid_t base_uid;
        gid_t base_gid;
        mode_t base_mode;
        char **parents_made; /* directories above it that we created, deepest first, NULL-ended */
        bool mount[N_PAGE_TYPES];            /* mounts at base/.TYPE that are ours to unmount */
        char *place[N_PAGE_TYPES];           /* where they are in addition, or NULL */
        bool place_made[N_PAGE_TYPES];       /* we created that directory */
        struct page_size size[N_PAGE_TYPES]; /* of their pages; 0: the default */
        /* Written in another boot: the directories may still be there, no mount is. Not in the text. */
        bool of_other_boot;
        /* The mounts at base/.TYPE, as they were at the handover. */
        struct ledger_mount_id mount_id[N_PAGE_TYPES];
};

static inline struct page_size ledger_domain_page_size(const struct ledger_domain *domain,
                                                       enum page_type type)
{
        return domain->size[type].bytes > 0 ? domain->size[type] : page_size_default(type);
}

/* The node's line, or NULL; and the same, but adding a new line (zeros) if there is none. NULL: out of
 * memory. */
struct ledger_baseline_node *ledger_baseline_node(const struct ledger_baseline *baseline,
                                                  unsigned node);
struct ledger_baseline_node *ledger_baseline_make(struct ledger_baseline *baseline, unsigned node);

void ledger_reservation_done(struct ledger_reservation *reservation);
void ledger_reservations_free(struct ledger_reservation *reservations, size_t n);
void ledger_baseline_done(struct ledger_baseline *baseline);
void ledger_domain_done(struct ledger_domain *domain);

#define _cleanup_reservation_   _cleanup_(ledger_reservation_done)
#define _cleanup_ledger_domain_ _cleanup_(ledger_domain_done)

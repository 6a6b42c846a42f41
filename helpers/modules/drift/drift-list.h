/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A list of differences from the state in which domains were handed over. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/words/page-size.h"

enum drift_kind {
        DRIFT_POOL,       /* a pool has fewer pages than are recorded */
        DRIFT_CLAIM,      /* free pages of a node are fewer than the mounts may still need there */
        DRIFT_CLAIM_SIZE, /* a mount claims another amount than is reserved for it */
        DRIFT_NO_MOUNT,   /* nothing is mounted, or a file system of another kind */
        DRIFT_MOUNT,      /* another file system of the kind, or other options */
        DRIFT_NO_BASE,    /* a directory is missing, or another one is in its place */
        DRIFT_OWNER,      /* a directory has another owner or mode */
        N_DRIFT_KINDS,
};

/* "pool", "claim", "claim-size", "no-mount", "mount", "no-base", "owner". */
const char *drift_kind_name(enum drift_kind kind);

/* A process that uses pages on a node where a domain's are missing. */
struct drift_taker {
        pid_t pid;
        uid_t uid;
        char *command;
        uint64_t pages;
};

struct drift {
        enum drift_kind kind;
        char *domain;
        bool has_type; /* of pages, or of the mount */
        enum page_type type;
        bool has_node;
        unsigned node;
        uint64_t recorded; /* pages; of the pool, the claim, and the claim's size */
        uint64_t there;
        struct drift_taker *takers; /* of a claim's pages; the most first */
        size_t n_takers;
        char *text; /* the difference in words, without the domain; no full stop */
};

/* Pages of one size that mounts claim with min_size=. The kernel counts them over all nodes, and does not
 * show a claim's pages by node. If, on a node, others may use more pages than the node has beyond the
 * claimed ones, the claims there may have lost some; the processes that use the pages have to be examined
 * to find out. */
struct drift_claims {
        struct page_size size;
        unsigned node;
        uint64_t claimed; /* pages of the mounts that claim some here */
        uint64_t total;
        uint64_t free;
        uint64_t by_others; /* the most that others can have here */
};

struct drift_list {
        struct drift *items; /* by domain, as the ledger lists them */
        size_t n, room;
        struct drift_claims *claims; /* to be looked into; mostly none */
        size_t n_claims, claims_room;
};

/* Whether DOMAIN is in the list. */
bool drift_has(const struct drift_list *list, const char *domain);

/* Adds an item, whose text is made of FORMAT; the other members are copied from ITEM. -ENOMEM. */
int drift_add(struct drift_list *list, const struct drift *item, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Leaves in LIST what was in BEFORE, too. */
void drift_keep(struct drift_list *list, const struct drift_list *before);

void drift_takers_free(struct drift_taker *takers, size_t n);
/* Frees one item's texts and takers. */
void drift_done(struct drift *drift);
void drift_list_done(struct drift_list *list);

#define _cleanup_drift_ _cleanup_(drift_list_done)

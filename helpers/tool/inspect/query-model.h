/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Everything that "query" shows: collected once (collect.h), then printed as tables or as JSON
 * (print.h). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/words/page-type.h"
#include "helpers/modules/devices/devices.h"
#include "helpers/modules/drift/drift.h"
#include "helpers/modules/holdings/pool-slots.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/regions/memory-users.h"
#include "helpers/tool/regions/regions.h"
#include "helpers/tool/settings/page-settings.h"

struct query_node {
        unsigned node;
        unsigned cpus;
        struct node_memory memory;
};

/* The pool of one size on one node. */
struct query_pool {
        unsigned node;
        struct pool_counts counts;
        uint64_t held;   /* by all domains together, according to the ledger */
        uint64_t others; /* persistent pages that belong to no domain */
};

struct query_type {
        bool supported;    /* the machine has such pages */
        uint64_t reserved; /* free, but promised to mappings and mounts; over all nodes */
        uint64_t unseen;   /* in use by no process that was seen */
        struct query_pool *pools;
        size_t n_pools;
        struct ledger_reservation *reservations;
        size_t n_reservations;
};

struct query_mount {
        bool mounted; /* with a file system of the right kind; only then the rest means something */
        bool listed;  /* its regions are known */
        uint32_t mount; /* in regions; if LISTED */
        char *path;
        dev_t device;
        char *options;    /* the file system's own */
        bool has_claim;   /* min_size= or, of a tmpfs, nothing */
        uint64_t claimed; /* bytes */
        bool has_limit;   /* size= */
        uint64_t limit;   /* bytes */
        uint64_t used;    /* bytes */
};

enum query_state {
        STATE_DOWN,      /* declared; nothing of it is there */
        STATE_STARTING,  /* in the ledger, and not yet handed over to its owner */
        STATE_UP,        /* in the ledger, and as it was handed over */
        STATE_DAMAGED,   /* it was; the differences are in query's DRIFT */
        STATE_LEFTOVER,  /* in the ledger, and its teardown is not finished */
        STATE_UNMANAGED, /* mounts at FD_SHMEM_PATH that somebody else made */
};

struct query_domain {
        char *name; /* NULL: it has none */
        char *path;
        bool declared;    /* in the configuration */
        bool boots;       /* and started at boot */
        char *error;      /* of the configuration, "FILE:LINE: message" */
        char *failure;    /* why it failed last, a line per message; NULL: it did not */
        int64_t failed;   /* when, in seconds since the epoch; 0: it did not, or it is not known */
        char *unmet;      /* why it was not started: "ConditionHost=a is not met"; NULL: it was, or unknown */
        size_t n_foreign; /* regions of neither its user nor its group */
        uid_t foreign;    /* whose one of them is */
        enum query_state state;
        bool has_directory; /* owner and mode are known */
        uid_t uid;
        gid_t gid;
        mode_t mode;
        struct page_size size[N_PAGE_TYPES]; /* of its pages; 0: the default */
        uint64_t declared_pages[N_PAGE_TYPES]; /* 0: none, or unknown before they are reserved */
        struct query_mount mount[N_PAGE_TYPES];
};

/* Whether the configuration has changed since systemd read it. */
enum query_reload {
        RELOAD_UNKNOWN, /* systemd may not be asked, or is not there */
        RELOAD_DONE,
        RELOAD_PENDING,
};

struct query {
        struct devices devices; /* only for JSON */
        struct page_settings settings;
        char **hints; /* which settings do not suit the domains; NULL: all do */
        bool privileged;
        char *kernel;             /* release */
        char *machine;            /* architecture */
        char *host;               /* its name */
        unsigned cpus;            /* that process 1 may run on; 0: unknown */
        int64_t now;              /* seconds since the epoch */
        size_t n_errors, n_warnings; /* in the configuration */
        enum query_reload reload;    /* only for metrics */
        uint64_t took_nsec;          /* only for metrics: collecting all this */
        const char *switched_off; /* why no domain is started here; NULL: they are */
        struct query_node *nodes;
        size_t n_nodes;
        struct pool_slots slots; /* of the pools */
        struct query_type type[POOL_SLOTS_MAX];
        struct query_domain *domains; /* by name */
        size_t n_domains, domains_room;
        struct regions regions;
        struct memory_users users;
        struct drift_list drift;
        char **missing; /* things that could not be examined, and why; sentences without a full stop */
        size_t n_missing, missing_room;
};

/* "down", "starting", "up", "damaged", "leftover", "unmanaged". */
const char *query_state_name(enum query_state state);

/* Adds a sentence to MISSING; -ENOMEM. */
int query_miss(struct query *query, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct page_size query_page_size(const struct query_domain *domain,
                                               enum page_type type)
{
        return domain->size[type].bytes > 0 ? domain->size[type] : page_size_default(type);
}

/* The number of the pools that have the domain's pages of TYPE. */
unsigned query_slot(const struct query *query, const struct query_domain *domain,
                    enum page_type type);

/* The ledger's record of DOMAIN's pages of TYPE on NODE; NULL: none. */
const struct ledger_node *query_claim(const struct query *query, enum page_type type,
                                      const char *domain, unsigned node);

/* Pages that the ledger has for DOMAIN (NULL: none) on all nodes together. */
struct query_pages {
        uint64_t asked, got;
};
struct query_pages query_pages(const struct query *query, enum page_type type, const char *domain);

/* Whether the pools with number SLOT are worth a line: those of other sizes than the defaults only if there is a
 * page in them, or a domain has some. */
bool query_shows(const struct query *query, unsigned slot);

/* Pages that are not promised to any mount or mapping. */
uint64_t query_unclaimed(const struct query *query, unsigned slot);
/* Bytes of pages of PAGE_SIZE outside the domains in processes, of the kinds in the mask KINDS (1 << enum memory_kind);
 * pages that several of them share count once. */
uint64_t query_outside(const struct query *query, uint64_t page_size, unsigned kinds);
/* Pages that mounts of domains claim. */
uint64_t query_claimed(const struct query *query, unsigned slot);

/* Releases the contents of one domain, and everything. */
void query_domain_done(struct query_domain *domain);
void query_done(struct query *query);

#define _cleanup_query_ _cleanup_(query_done)

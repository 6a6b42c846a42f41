/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine as it will be when some domains have started: the basis of a forecast. */

#include "conf/keys/model.h"
#include "helpers/modules/kernel/node-memory.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/forecast/machine-file.h"

/* A node as it will be when the domains looked at so far have started. */
struct projection_node {
        unsigned node;
        struct node_memory memory;
        int64_t pages[POOL_SLOTS_MAX];      /* added to the pools (or removed, below 0) */
        uint64_t converted[POOL_SLOTS_MAX]; /* others' surplus that has become persistent */
};

struct projection {
        const struct tool *tool;
        const struct config *config;
        struct machine_places places;
        struct projection_node *nodes; /* as in PLACES */
        struct pool_slots slots;       /* of the arrays below, and of those of the nodes */
        struct ledger_reservation *now[POOL_SLOTS_MAX]; /* the ledger's */
        size_t n_now[POOL_SLOTS_MAX];
        struct ledger_reservation *then[POOL_SLOTS_MAX]; /* with the forecast so far */
        size_t n_then[POOL_SLOTS_MAX], then_room[POOL_SLOTS_MAX];
        uint64_t adopted[POOL_SLOTS_MAX]; /* pages taken since */
};

/* Reads nodes, memory and ledger into F, which has TOOL and CONFIG. Errors are logged. */
int projection_look(struct projection *f);

/* Domains of the ledger that are no longer declared release their pages, if they are to be released
 * at the stop. */
void projection_stop_undeclared(struct projection *f);

/* NULL: no such node with memory. */
struct projection_node *projection_node(struct projection *f, unsigned node);

/* Enters the pages that DOMAIN will have in its record; LINES are moved, also on failure. */
int projection_record(struct projection *f, unsigned slot, enum page_type type, const char *domain,
                      struct ledger_node *lines, size_t n_lines);

/* Subtracts BYTES from the free memory, then from the easily freed. */
void projection_take(struct node_memory *memory, uint64_t bytes);

void projection_done(struct projection *f);

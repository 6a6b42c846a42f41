/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The effect of starting the configuration's domains, computed by the functions that the
 * reservation itself uses, one domain after the other, each with the pages of the earlier ones
 * taken. Nothing is touched, no lock is taken. */

#include <stdbool.h>
#include <stddef.h>

#include "conf/keys/model.h"
#include "helpers/modules/reserve/allocation.h"
#include "helpers/tool/common/tool.h"
#include "helpers/tool/terminal/terminal.h"

struct json_object;

struct forecast_node {
        struct allocation_node plan;
        uint64_t available; /* bytes that could be taken before this domain takes its pages */
        uint64_t headroom;  /* bytes that must be left */
        uint64_t fits;      /* pages that could be added */
        uint64_t missing;   /* pages to be added that do not fit */
};

struct forecast_type {
        bool wanted;   /* pages are requested, or held and to be released */
        char *problem; /* why there is no forecast; NULL */
        struct forecast_node *nodes;
        size_t n_nodes;
};

struct forecast_domain {
        const struct domain *domain; /* in the configuration */
        bool up;                     /* in the ledger */
        bool changes;                /* a start would do something */
        bool fails;                  /* it would fail to start */
        struct forecast_type type[N_PAGE_TYPES];
};

struct forecast {
        struct forecast_domain *domains;
        size_t n;
        bool changes, fails; /* of any */
};

/* Of the domains that start at boot or are up; those that are up and no longer declared are assumed
 * to stop first. ONLY (NULL: all): of these domains alone, with all others as they are. Errors are
 * logged. */
int forecast_make(const struct tool *tool, const struct config *config, char *const *only,
                  struct forecast *ret);

/* Whether a start would do anything to the node's pool. */
bool forecast_node_changes(const struct forecast_node *node);

/* Prints the resulting pools, and the pages that would not fit. */
int forecast_print_table(const struct forecast *forecast, const struct terminal *terminal);

/* The same of one domain, as the schema's "page_types". */
struct json_object *forecast_types_json(const struct forecast_domain *entry);

void forecast_done(struct forecast *forecast);

#define _cleanup_forecast_ _cleanup_(forecast_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine compared with the configuration: which domains exist, should exist, or are no longer
 * declared, how each differs, and which verb resolves the difference. "plan" prints it, "apply"
 * executes it. */

#include <stdbool.h>
#include <stddef.h>

#include "generator/fstab.h"
#include "helpers/modules/drift/drift.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/tool/forecast/forecast.h"
#include "helpers/tool/plan/difference.h"
#include "helpers/tool/plan/impact.h"
#include "helpers/tool/plan/live.h"
#include "helpers/tool/plan/plan-watch.h"
#include "helpers/tool/plan/recipe.h"
#include "helpers/tool/terminal/json-writer.h"

struct scheme_domain {
        const char *name;
        const struct domain *declared;          /* NULL: no longer */
        const struct live_domain *live;         /* NULL: nothing is there */
        const struct forecast_domain *forecast; /* NULL: not declared */
        const char *successor;   /* not declared, and this domain is declared at the same path */
        const char *predecessor; /* likewise, the other way round */
        struct differences differences;
        char *problem;      /* why a start would fail, in addition to the forecast */
        char *unmet;        /* the condition that is not met, so that a start would do nothing */
        char *last_failure; /* the message of the last program that failed for it */
        bool fails;
        enum remedy remedy;   /* the resulting action */
        struct impact impact; /* of a stop or restart, if there is one */
};

struct scheme {
        struct scheme_domain *domains; /* those that are no longer declared first */
        size_t n;
        bool changes, fails;
        char *stale;              /* a change that systemd has not read, "PATH has changed"; NULL */
        const char *switched_off; /* why, or NULL */
        enum watch_step watch;    /* of a plan for all */
        struct recipes recipes;   /* for the units that require these domains */
        struct drift_list
                damage; /* deviations from the state at setup, regardless of the configuration */
        /* The data that the pointers above refer to. */
        const struct config *config;
        struct live live;
        struct forecast forecast;
        struct fstab fstab;
};

/* CONFIG must outlive the scheme; BUS may be NULL (no systemd, or no right to ask it). ONLY (may be
 * NULL, or an empty list): these domains instead of all that start at boot or are there; -ENOENT if
 * there is none of such a name. Errors are logged. */
int scheme_make(const struct tool *tool, sd_bus *bus, const struct config *config,
                char *const *only, struct scheme *ret);

/* Whether any step would be refused because a process holds something it removes. */
bool scheme_is_held(const struct scheme *scheme);

int scheme_print_table(const struct scheme *scheme, FILE *out);
/* Advice for commands that only report. */
void scheme_print_advice(const struct scheme *scheme, FILE *out);
int scheme_print_json(const struct scheme *scheme, enum json_mode mode, FILE *out);

void scheme_done(struct scheme *scheme);

#define _cleanup_scheme_ _cleanup_(scheme_done)

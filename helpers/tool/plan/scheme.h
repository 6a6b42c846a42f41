/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine beside the configuration: which domains there are, there should be and are no longer
 * declared, what differs of each, and which verb changes it. "plan" prints it, "apply" does it. */

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
#include "helpers/tool/terminal/json-writer.h"

struct scheme_domain {
        const char *name;
        const struct domain *declared;          /* NULL: no longer */
        const struct live_domain *live;         /* NULL: nothing is there */
        const struct forecast_domain *forecast; /* NULL: not declared */
        const char *successor;   /* not declared, and this domain is declared at the same path */
        const char *predecessor; /* likewise, the other way round */
        struct differences differences;
        char *problem;      /* why a start would fail, beside what the forecast knows */
        char *last_failure; /* of the last program that failed for it */
        bool fails;
        enum remedy remedy;   /* what it comes to */
        struct impact impact; /* of a stop or restart, if it comes to that */
};

struct scheme {
        struct scheme_domain *domains; /* those that are no longer declared first */
        size_t n;
        bool changes, fails;
        char *stale;              /* what systemd has not read, "PATH has changed"; NULL */
        const char *switched_off; /* why, or NULL */
        enum watch_step watch;    /* of a plan for all */
        struct drift_list
                damage; /* what is no longer as it was made, whatever the configuration says */
        /* What the above points into. */
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

/* Whether any step would be refused, because somebody holds what it takes away. */
bool scheme_is_held(const struct scheme *scheme);

int scheme_print_table(const struct scheme *scheme, FILE *out);
/* What to do about it, for those who only look. */
void scheme_print_advice(const struct scheme *scheme, FILE *out);
int scheme_print_json(const struct scheme *scheme, enum json_mode mode, FILE *out);

void scheme_done(struct scheme *scheme);

#define _cleanup_scheme_ _cleanup_(scheme_done)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a domain differs from the configuration, key by key, and the least disruptive action that
 * resolves it. Pure: "plan" prints the list, "apply" acts on the same one. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "generator/mount-layout.h"
#include "helpers/tool/forecast/forecast.h"
#include "helpers/tool/plan/live.h"

/* In the order of disruption. */
enum remedy {
        REMEDY_NONE,
        REMEDY_RELOAD, /* systemd reads the configuration again */
        REMEDY_SETUP,  /* owner and mode are set where they are */
        REMEDY_RESERVE, /* the reservation is redone: pages are added or released, those in use are kept */
        REMEDY_REMOUNT, /* the mount is remounted with new options and keeps its content */
        REMEDY_START,
        REMEDY_RESTART, /* mounted anew; unused content is removed, consumers are restarted */
        REMEDY_STOP,
};

/* The verb that a user gives: "apply", "restart", ... */
const char *remedy_verb(enum remedy remedy);

struct difference {
        const char *key;     /* of the configuration: "Mode" */
        char *now, *then;    /* as written in the configuration, or described */
        enum page_type type; /* of a reservation or mount */
        enum remedy remedy;
        bool grows, shrinks; /* of a node's pages: more, or fewer */
};

/* How it is resolved, for people: "grows in place", ... */
const char *difference_words(const struct difference *difference);

/* What happens to the pages of a node: "grows", "shrinks"; NULL: neither. */
const char *difference_change(const struct difference *difference);

struct differences {
        struct difference *items;
        size_t n, room;
};

/* The two sides of the comparison. */
struct comparison {
        const struct mount_layout *layout; /* of a good domain */
        const struct live_domain *live;
        const struct owner *owner;              /* as User= and Group= are now; NULL: not known */
        const struct forecast_domain *forecast; /* the outcome of the reservations */
        uint64_t memory;                        /* bytes of the machine */
        bool boot_known;
        enum boot boot;            /* which target wants it */
        char *const *conditions;   /* in the units that systemd has loaded */
        char *const *required_by;  /* by units of the configuration, sorted */
        bool repair_known, repair; /* the watch puts its pages back */
        bool watched;              /* there is to be a watch */
};

/* Lists in RET, in the order of the documentation of the keys. -ENOMEM. */
int differences_find(const struct comparison *comparison, struct differences *ret);

/* The strongest that is listed. */
enum remedy differences_remedy(const struct differences *differences);

/* Adds one; NOW and THEN are made by the format. -ENOMEM. */
int difference_add(struct differences *list, const char *key, enum page_type type,
                   enum remedy remedy, const char *now, const char *then);

/* The part for one mount that is there and is to be there (mount-difference.c). CLAIMS_CHANGE: the
 * number of its pages changes, and that is listed. */
int differences_of_mount(const struct comparison *comparison, enum page_type type,
                         bool holdings_change, struct differences *list);

/* The part for the pages of TYPE on one node (pages-difference.c). */
int differences_of_node(const struct comparison *comparison, enum page_type type,
                        const struct forecast_node *node, struct differences *list);

void differences_done(struct differences *differences);

#define _cleanup_differences_ _cleanup_(differences_done)

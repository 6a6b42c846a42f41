/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state of fd-shmem-watch after its last run, in watch/state of the ledger: the differences it has
 * reported, so that each is reported once; the pages that processes were found to use with the current
 * numbers, so that they are examined once; and how often it has had pages put back in this boot. */

#include "helpers/modules/drift/drift.h"

struct watch_repairs {
        char *reservation; /* "DOMAIN:TYPE" */
        unsigned n;
        bool given_up; /* which has been reported */
};

struct watch_state {
        char **said; /* by drift_key(); NULL-ended, or NULL */
        size_t n_said;
        char *claims;             /* drift_claims_key() of the claims that were examined */
        struct drift_list thefts; /* the result of that */
        struct watch_repairs *repairs;
        size_t n_repairs;
};

/* A missing state, or one of another boot, is returned as empty. One that cannot be parsed is logged and
 * returned as empty, too. */
int watch_state_load(const struct machine *machine, struct watch_state *ret);

/* Does not write if the file already has the same content. Errors are logged. */
int watch_state_store(const struct machine *machine, const struct watch_state *state);

/* Pure functions; the caller frees *RET; parsing destroys TEXT. */
int watch_state_format(const struct watch_state *state, const char *boot, char **ret);
int watch_state_parse(char *text, const char *name, const char *boot, struct watch_state *ret);

/* The identity of a difference: "DOMAIN KIND TYPE NODE THERE". The caller frees it; NULL: out of memory. */
char *drift_key(const struct drift *drift);
char *drift_claims_key(const struct drift_list *list);

bool watch_state_has_said(const struct watch_state *state, const char *key);

/* The line of "DOMAIN:TYPE", added if missing; NULL: out of memory. */
struct watch_repairs *watch_state_repairs(struct watch_state *state, const char *reservation);

void watch_state_done(struct watch_state *state);

#define _cleanup_watch_state_ _cleanup_(watch_state_done)

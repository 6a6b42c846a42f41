/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What fd-shmem-watch knew when it last looked, in watch/state of the ledger: what it has said, so that
 * a change is said once; what the processes were found to have while the numbers were as they are, so
 * that they are looked at once; how often it has had pages put back in this boot. */

#include "helpers/modules/drift/drift.h"

struct watch_repairs {
        char *reservation; /* "DOMAIN:TYPE" */
        unsigned n;
        bool given_up; /* which has been said */
};

struct watch_state {
        char **said; /* by drift_key(); NULL-ended, or NULL */
        size_t n_said;
        char *claims;             /* drift_claims_key() of the claims that were looked into */
        struct drift_list thefts; /* what was found then */
        struct watch_repairs *repairs;
        size_t n_repairs;
};

/* Nothing there, or of another boot, is empty. What is not understood is logged and empty, too. */
int watch_state_load(const struct machine *machine, struct watch_state *ret);

/* Does not write what is there already. Errors are logged. */
int watch_state_store(const struct machine *machine, const struct watch_state *state);

/* Pure functions; the caller frees *RET; parsing destroys TEXT. */
int watch_state_format(const struct watch_state *state, const char *boot, char **ret);
int watch_state_parse(char *text, const char *name, const char *boot, struct watch_state *ret);

/* What makes a difference another one: "DOMAIN KIND TYPE NODE THERE". The caller frees it; NULL: out of
 * memory. */
char *drift_key(const struct drift *drift);
char *drift_claims_key(const struct drift_list *list);

bool watch_state_has_said(const struct watch_state *state, const char *key);

/* The line of "DOMAIN:TYPE", made if need be; NULL: out of memory. */
struct watch_repairs *watch_state_repairs(struct watch_state *state, const char *reservation);

void watch_state_done(struct watch_state *state);

#define _cleanup_watch_state_ _cleanup_(watch_state_done)

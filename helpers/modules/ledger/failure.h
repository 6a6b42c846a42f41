/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Why a domain is not as it should be: the error messages of the program that failed last for it, in
 * the order in which it logged them, one a line. It is kept in failure/DOMAIN of the state directory
 * until the domain has come up, or its stop has succeeded. Nothing is decided by it: it is there to be
 * shown, and a program that cannot write it goes on. */

#include "basic/cleanup.h"

/* All return negative errno; STATE is the state directory. */
int ledger_store_failure(int state, const char *domain, const char *text);
int ledger_load_failure(int state, const char *domain,
                        char **ret); /* -ENOENT: none; caller frees */
int ledger_clear_failure(int state, const char *domain);

/* From now on, error messages are remembered as well as logged; what was remembered is forgotten. */
void failure_watch(void);

/* What was remembered; NULL: nothing was said. Valid until more is logged. */
const char *failure_watched(void);

/* How a program ended that works for DOMAIN: if R is negative, what was remembered becomes the domain's
 * last failure. Returns R. */
int failure_keep(int state, const char *domain, int r);

/* The same on this machine, at the end of a program: opens the state directory itself. What was
 * cancelled (-ECANCELED) is no failure. */
int failure_record(const char *domain, int r);

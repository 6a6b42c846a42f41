/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The last failure of a domain: the error messages of the program that failed last for it, in the order
 * in which they were logged, one per line. It is kept in failure/DOMAIN of the state directory until the
 * domain has been started or stopped successfully. It is for display only, and a program that cannot
 * write it continues. */

#include <stdint.h>

#include "basic/cleanup.h"

/* All return negative errno; STATE is the state directory. */
int ledger_store_failure(int state, const char *domain, const char *text);
int ledger_load_failure(int state, const char *domain,
                        char **ret); /* -ENOENT: none; caller frees */
/* Seconds since the epoch. -ENOENT: none. */
int ledger_failure_time(int state, const char *domain, int64_t *ret);
int ledger_clear_failure(int state, const char *domain);

/* From now on, error messages are stored as well as logged; those stored before are discarded. */
void failure_watch(void);

/* The stored messages; NULL: none. Valid until the next message is logged. */
const char *failure_watched(void);

/* Called at the end of a program that works for DOMAIN: if R is negative, the stored messages become the
 * domain's last failure. Returns R. */
int failure_keep(int state, const char *domain, int r);

/* The same on this machine, at the end of a program: opens the state directory itself. A cancellation
 * (-ECANCELED) is not a failure. */
int failure_record(const char *domain, int r);

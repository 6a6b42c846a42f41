/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Actions and checks for tests of differences: domains on the fake machine (tests/pools), a base
 * directory and a mount table. */

#include <sys/stat.h>

#include "helpers/modules/drift/drift.h"
#include "tests/pools/acts.h"

extern char base[]; /* the directory; of each test its own */
extern struct stat base_stat;

/* For cmocka: acts_setup() and the directory. */
int drift_setup(void **state);
int drift_teardown(void **state);

#define DRIFT_TEST(name) cmocka_unit_test_setup_teardown(name, drift_setup, drift_teardown)

/* The mount table: the root and these lines; and with one mount of huge pages, of CLAIMED pages. */
void write_mountinfo(const char *format, ...) __attribute__((format(printf, 1, 2)));
void mount_huge(uint64_t claimed);

/* A domain that is up, has a mount of huge pages, and was handed over with OPTIONS (NULL: started by a
 * version that did not record it). */
void domain_up(const char *name, const char *options);

/* Records the handover of "a" as it is now. */
void hand_over(void);

/* The texts of all that differs, one per line; valid until the next call. */
const char *differences(const char *only, size_t *ret_n_claims);

/* All that differs is TEXT with the directory in place of each "BASE". */
void expect(const char *only, const char *text);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain that is up and as its file says, for tests of its comparison. */

#include "basic/size.h"
#include "helpers/tool/plan/difference.h"

extern struct domain domain;
extern struct node_amount asked;
extern struct mount_layout layout;
extern struct live_domain live;
extern struct owner owner;
extern struct forecast_domain forecast;
extern struct forecast_node node;
extern struct comparison comparison;
extern char huge_options[];

/* Everything is as it should be: 10 claimed huge pages on node 0, a tmpfs of 64 MiB. */
int difference_setup(void **state);

/* The differences in one line, "Mode in place; ", and what they come to. */
void expect(enum remedy remedy, const char *expected);

/* So many pages are asked. */
void grow(uint64_t pages);

/* The mount of huge pages claims none. */
void make_unclaimed(void);

#define TEST(name) cmocka_unit_test_setup(name, difference_setup)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Actions and checks for tests of reservations on the fake machine. All pages are huge pages. */

#include <stdint.h>

#include "helpers/modules/reserve/reservation.h"
#include "tests/pools/fake-machine.h"

extern struct machine machine;

/* For cmocka: a fake machine for each test. */
int acts_setup(void **state);
int acts_teardown(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, acts_setup, acts_teardown)

/* A request with the defaults of the configuration; PAGES as in Huge=. */
struct reservation_request request_for(const char *domain, const char *pages);

/* Runs REQUEST and frees it. */
int make(struct reservation_request request);

int reserve(const char *domain, const char *pages);

/* The persistent numbers of the two nodes. */
void assert_pools(uint64_t node0, uint64_t node2);

void assert_record(const char *domain, unsigned node, uint64_t asked, uint64_t adopted,
                   uint64_t added);
void assert_no_record(const char *domain);

/* Replaces the ledger's file PATH. */
void write_record(const char *path, const char *text, size_t size);

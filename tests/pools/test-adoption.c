/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pages that are there already: which of them a domain counts as its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/modules/reserve/available.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

static void test_adopt_over_domains(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 100, 100, 0);

        assert_int_equal(reserve("a", "0:60"), 0);
        assert_record("a", 0, 60, 60, 0);
        assert_int_equal(reserve("b", "0:60"), 0);
        assert_record("b", 0, 60, 40, 20);
        assert_pools(120, 0);
        assert_int_equal(reserve("c", "0:5"), 0);
        assert_record("c", 0, 5, 0, 5);

        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
        assert_pools(105, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(release_reservation(&machine, "c", PAGE_HUGE), 0);
        assert_pools(100, 0);
}

/* Others use pages of the pool. What is free is the first domain's, and nothing claims it yet. */
static void test_adopt_leaves_what_is_not_mounted_yet(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 3, 0);
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_record("a", 0, 8, 3, 5);
        assert_int_equal(reserve("b", "0:4"), 0);
        assert_record("b", 0, 4, 0, 4);
        assert_pools(29, 0);
        assert_int_equal(reserve("a", "0:8"), 0);
}

/* The same where other nodes have free pages enough. */
static void test_adopt_leaves_what_is_not_mounted_on_the_node(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 3, 0);
        fake_pool_set(&machine, 2, PAGE_HUGE, 20, 20, 0);
        assert_int_equal(reserve("a", "0:8,2:8"), 0);
        assert_int_equal(reserve("b", "0:4,2:4"), 0);
        assert_record("b", 0, 4, 0, 4);
        assert_record("b", 2, 4, 4, 0);
}

/* Promised to a mapping that has not touched them. */
static void test_adopt_leaves_what_is_promised_beside_domains(void **state)
{
        fake_kernel.reserved = 3;
        fake_pool_set(&machine, 0, PAGE_HUGE, 12, 12, 0);
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_int_equal(reserve("b", "0:4"), 0);
        assert_record("b", 0, 4, 1, 3);
}

static void test_add_leaves_what_is_there(void **state)
{
        struct reservation_request request = request_for("a", "0:60");

        fake_pool_set(&machine, 0, PAGE_HUGE, 100, 100, 0);
        request.policy.existing = EXISTING_ADD;
        assert_int_equal(make(request), 0);
        assert_record("a", 0, 60, 0, 60);
        assert_pools(160, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(100, 0);
}

static void test_pages_in_use_or_promised_are_not_adopted(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 100, 30, 0); /* 70 in use */
        fake_kernel.reserved = 10;
        fake_pool_set(&machine, 2, PAGE_HUGE, 0, 0, 0); /* writes the promise, too */

        assert_int_equal(reserve("a", "0:60"), 0);
        assert_record("a", 0, 60, 20, 40);
        assert_pools(140, 0);
}

static void test_surplus_is_not_ours(void **state)
{
        struct pool_counts counts;

        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 10, 10);
        /* Ten pages of others become persistent first; those are in use, and go back with ours. */
        assert_int_equal(reserve("a", "0:15"), 0);
        assert_record("a", 0, 15, 10, 15);
        assert_pools(25, 0);
        assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.free, 15);

        /* Again: it has all that it asked for, and fewer are given back first. */
        assert_int_equal(reserve("a", "0:15"), 0);
        assert_record("a", 0, 15, 10, 15);
        assert_int_equal(reserve("a", "0:18"), 0);
        assert_record("a", 0, 18, 10, 18);
        assert_int_equal(reserve("a", "0:14"), 0);
        assert_record("a", 0, 14, 10, 14);

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(pool_persistent(&counts), 10);
        assert_int_equal(counts.total - counts.free, 10);
}

/* Somebody uses pages of the domain's, which restarts: they are in the pool, and not free. */
static void test_pages_taken_by_others_are_missed(void **state)
{
        assert_int_equal(reserve("a", "0:8"), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 8, 4, 0);
        (void) fake_log();
        assert_int_equal(reserve("a", "0:8"), -ENOSPC);
        assert_non_null(strstr(fake_log(),
                               "node 0: of the 8 huge pages asked, which the pool has, "
                               "only 4 are free for the domain: others use 4 of its 8"));
        assert_pools(8, 0);
        assert_record("a", 0, 8, 0, 8);
}

/* What another domain uses of its own is no loss to this one; nor what its mount was promised. */
static void test_other_domains_use_their_own(void **state)
{
        assert_int_equal(reserve("a", "0:8,2:8"), 0);
        fake_kernel.reserved = 12;
        fake_pool_set(&machine, 0, PAGE_HUGE, 8, 4, 0);
        assert_int_equal(reserve("b", "0:8"), 0);
        assert_pools(16, 8);
}

/* Promised to somebody, on a node that nobody knows: it is said, and no failure; unless there are not so
 * many on all nodes together. */
static void test_what_cannot_be_told_is_said(void **state)
{
        assert_int_equal(reserve("a", "0:8,2:8"), 0);
        assert_int_equal(reserve("b", "0:8"), 0);
        fake_kernel.reserved = 12; /* 8 of them others', who took pages on both nodes */
        fake_pool_set(&machine, 0, PAGE_HUGE, 16, 12, 0);
        fake_pool_set(&machine, 2, PAGE_HUGE, 20, 20, 0);
        (void) fake_log();
        assert_int_equal(reserve("b", "0:8"), 0);
        assert_non_null(strstr(fake_log(), "whether all of the 8 huge pages are free"));

        fake_kernel.reserved = 26;
        fake_pool_set(&machine, 2, PAGE_HUGE, 20, 20, 0);
        assert_int_equal(reserve("b", "0:8"), -ENOSPC);
        assert_non_null(strstr(fake_log(), "8 huge pages are to be free for the domain, and on all "
                                           "nodes together 6 are"));
}

static void test_available_bounds(void **state)
{
        struct available_pool pool = { .held = 8, .others = 4, .total = 20, .free = 10 };
        struct available a;

        a = available_on_node(&pool, 3, true);
        assert_int_equal(a.least, 7);
        assert_int_equal(a.most, 7);
        a = available_on_node(&pool, 3, false);
        assert_int_equal(a.least, 7);
        assert_int_equal(a.most, 8);
        a = available_on_node(&pool, 30, false);
        assert_int_equal(a.least, 6);
        a = available_on_node(&pool, 30, true);
        assert_int_equal(a.most, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_adopt_over_domains),
                TEST(test_adopt_leaves_what_is_not_mounted_yet),
                TEST(test_adopt_leaves_what_is_not_mounted_on_the_node),
                TEST(test_adopt_leaves_what_is_promised_beside_domains),
                TEST(test_add_leaves_what_is_there),
                TEST(test_pages_in_use_or_promised_are_not_adopted),
                TEST(test_surplus_is_not_ours),
                TEST(test_pages_taken_by_others_are_missed),
                TEST(test_other_domains_use_their_own),
                TEST(test_what_cannot_be_told_is_said),
                TEST(test_available_bounds),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

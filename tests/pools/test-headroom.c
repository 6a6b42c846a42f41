/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The memory that a reservation leaves on each node. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

static void test_surplus_of_others_and_headroom(void **state)
{
        struct reservation_request request = request_for("a", "0:1410");
        struct pool_counts counts;

        fake_pool_set(&machine, 0, PAGE_HUGE, 7, 0, 7);
        assert_int_equal(make(request), -ENOSPC);
        assert_pools(0, 0);
        assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.surplus, 7);

        request = request_for("a", "0:1410");
        request.policy.shortage = SHORTAGE_CONTINUE;
        assert_int_equal(make(request), 0);
        assert_record("a", 0, 1410, 0, 1407 + 7);
        assert_pools(1407 + 7, 0);

        /* The others' end leaves pages that are the domain's to give back. */
        fake_pool_set(&machine, 0, PAGE_HUGE, 1407 + 7, 1407 + 7, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(0, 0);
}

static void test_headroom_refusal_has_the_numbers(void **state)
{
        const char *text;

        /* 3072 MiB free, 1 MiB watermark, headroom 192 + 4096/64 = 256 MiB: 2815 MiB, 1407 pages. */
        assert_int_equal(reserve("a", "0:1408,2:1"), -ENOSPC);
        text = fake_log();
        assert_non_null(strstr(text, "node 0: 1408 huge pages asked, 0 there, 1408 to be added"));
        assert_non_null(strstr(text, "of 4096 MiB, 3072 MiB are free"));
        assert_non_null(strstr(text, "keeps 256 MiB; 1407 pages would fit"));
        assert_int_equal(fake_kernel.writes, 0);
        assert_no_record("a");

        assert_int_equal(reserve("a", "0:1407"), 0);
        assert_pools(1407, 0);
}

static void test_headroom_configured(void **state)
{
        struct amount headroom = { .kind = AMOUNT_PERCENT, .value = 5000 };
        struct reservation_request request = request_for("a", "0:512");

        request.machine_policy.headroom_set = true;
        request.machine_policy.headroom = headroom;
        assert_int_equal(make(request), -ENOSPC);
        request = request_for("a", "0:511");
        request.machine_policy.headroom_set = true;
        request.machine_policy.headroom = headroom;
        assert_int_equal(make(request), 0);
}

static void test_headroom_with_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:5000");

        request.policy.shortage = SHORTAGE_CONTINUE;
        assert_int_equal(make(request), 0);
        assert_pools(1407, 0);
        assert_record("a", 0, 5000, 0, 1407);
        assert_non_null(strstr(fake_log(), "1407 obtained (0 were there, 1407 added): the rest was "
                                           "withheld to keep the headroom"));
}

/* Somebody takes memory as soon as the pool has 300 pages: of 4096 MiB, 600 are left. */
static int take_memory(const struct grow_progress *progress, void *userdata)
{
        static const struct fake_node poorer = { .memory_mib = 4096, .free_mib = 600 };

        if (progress->persistent >= 300)
                fake_node_set(&machine, progress->node, &poorer);
        return 0;
}

static void test_headroom_is_kept_while_others_take_memory(void **state)
{
        struct reservation_request request = request_for("a", "0:1400,2:1");
        const char *text;

        fake_kernel.clock_usec = 20000;
        request.watch.progress = take_memory;
        assert_int_equal(make(request), -ENOSPC);
        text = fake_log();
        assert_non_null(strstr(text, " of 1400 huge pages in the pool: others take memory, too; "
                                     "599 MiB are left, and Headroom= keeps 256 MiB"));
        assert_pools(0, 0);
        assert_no_record("a");
}

/* What is still to come would fit into what is left, but hardly anything would remain. */
static int take_nearly_all(const struct grow_progress *progress, void *userdata)
{
        struct fake_node poorest = { .memory_mib = 4096 };

        if (progress->persistent < 300)
                return 0;
        poorest.free_mib = (progress->target - progress->persistent) * 2 + 64;
        fake_node_set(&machine, progress->node, &poorest);
        return 0;
}

static void test_headroom_is_kept_to_the_last_page(void **state)
{
        struct reservation_request request = request_for("a", "0:1400");

        fake_kernel.clock_usec = 20000;
        request.watch.progress = take_nearly_all;
        assert_int_equal(make(request), -ENOSPC);
        assert_non_null(strstr(fake_log(), " MiB are left, and Headroom= keeps 256 MiB"));
        assert_pools(0, 0);
}

/* Memory that is a little less does not matter: half of the headroom is for that. */
static int take_little(const struct grow_progress *progress, void *userdata)
{
        struct fake_node poorer = { .memory_mib = 4096, .free_mib = 3072 - 100 };

        poorer.free_mib -= progress->persistent * 2;
        fake_node_set(&machine, progress->node, &poorer);
        return 0;
}

static void test_headroom_takes_what_others_take(void **state)
{
        struct reservation_request request = request_for("a", "0:1407");

        fake_kernel.clock_usec = 20000;
        request.watch.progress = take_little;
        assert_int_equal(make(request), 0);
        assert_pools(1407, 0);
}

static void test_headroom_is_kept_with_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:1400,2:1");
        uint64_t pages;

        request.policy.shortage = SHORTAGE_CONTINUE;
        fake_kernel.clock_usec = 20000;
        request.watch.progress = take_memory;
        assert_int_equal(make(request), 0);
        pages = fake_pool(&machine, 0, PAGE_HUGE);
        /* what was there by then, and what fits into 599 MiB less the headroom */
        assert_true(pages >= 300 && pages < 1400);
        assert_int_equal(fake_pool(&machine, 2, PAGE_HUGE), 1);
        assert_record("a", 0, 1400, 0, pages);
        assert_non_null(strstr(fake_log(), "node 0: 1400 huge pages asked, "));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_surplus_of_others_and_headroom),
                TEST(test_headroom_refusal_has_the_numbers),
                TEST(test_headroom_configured),
                TEST(test_headroom_with_shortage_continue),
                TEST(test_headroom_is_kept_while_others_take_memory),
                TEST(test_headroom_is_kept_to_the_last_page),
                TEST(test_headroom_takes_what_others_take),
                TEST(test_headroom_is_kept_with_shortage_continue),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

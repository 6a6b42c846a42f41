/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/available.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

static void test_repeating_changes_nothing(void **state)
{
        unsigned writes;

        assert_int_equal(reserve("a", "0:512"), 0);
        writes = fake_kernel.writes;
        assert_int_equal(reserve("a", "0:512"), 0);
        assert_int_equal(fake_kernel.writes, writes);
        assert_record("a", 0, 512, 0, 512);
}

static void test_change_of_mind(void **state)
{
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(reserve("a", "0:150,2:10"), 0);
        assert_pools(150, 10);
        assert_int_equal(reserve("a", "2:5"), 0);
        assert_pools(0, 5);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(0, 0);
}

static void test_shapes_of_requests(void **state)
{
        assert_int_equal(reserve("each", "each:7"), 0);
        assert_pools(7, 7);
        assert_int_equal(reserve("total", "5"), 0);
        assert_pools(10, 9);
        assert_int_equal(reserve("size", "2:16M"), 0);
        assert_pools(10, 17);
        assert_int_equal(reserve("share", "0:12.5%"), 0);
        assert_pools(10 + 256, 17);
}

static void test_the_tightest_node_first(void **state)
{
        fake_node_set(&machine, 2, &(struct fake_node){ true, 4096, 1000, "1" });
        fake_kernel.capacity[0] = fake_kernel.capacity[2] = 10;
        assert_int_equal(reserve("a", "0:20,2:20"), -ENOSPC);
        assert_int_equal(strncmp(fake_log(), "node 2: 10 huge pages did not come", 34), 0);
}

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
        request.adopt = false;
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
        assert_int_equal(pool_read(machine.sysfs, 0, PAGE_HUGE, &counts), 0);
        assert_int_equal(counts.free, 15);

        /* Again: it has all that it asked for, and fewer are given back first. */
        assert_int_equal(reserve("a", "0:15"), 0);
        assert_record("a", 0, 15, 10, 15);
        assert_int_equal(reserve("a", "0:18"), 0);
        assert_record("a", 0, 18, 10, 18);
        assert_int_equal(reserve("a", "0:14"), 0);
        assert_record("a", 0, 14, 10, 14);

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(pool_read(machine.sysfs, 0, PAGE_HUGE, &counts), 0);
        assert_int_equal(pool_persistent(&counts), 10);
        assert_int_equal(counts.total - counts.free, 10);
}

static void test_surplus_of_others_and_headroom(void **state)
{
        struct reservation_request request = request_for("a", "0:1410");
        struct pool_counts counts;

        fake_pool_set(&machine, 0, PAGE_HUGE, 7, 0, 7);
        assert_int_equal(make(request), -ENOSPC);
        assert_pools(0, 0);
        assert_int_equal(pool_read(machine.sysfs, 0, PAGE_HUGE, &counts), 0);
        assert_int_equal(counts.surplus, 7);

        request = request_for("a", "0:1410");
        request.take_less = true;
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

        request.headroom = &headroom;
        assert_int_equal(make(request), -ENOSPC);
        request = request_for("a", "0:511");
        request.headroom = &headroom;
        assert_int_equal(make(request), 0);
}

static void test_headroom_with_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:5000");

        request.take_less = true;
        assert_int_equal(make(request), 0);
        assert_pools(1407, 0);
        assert_record("a", 0, 5000, 0, 1407);
        assert_non_null(strstr(fake_log(),
                               "1407 obtained (0 were there, 1407 added): the others are left "
                               "to the headroom"));
}

/* Somebody takes memory as soon as the pool has 300 pages: of 4096 MiB, 600 are left. */
static int take_memory(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        static const struct fake_node poorer = { .memory_mib = 4096, .free_mib = 600 };

        if (persistent >= 300)
                fake_node_set(&machine, node, &poorer);
        return 0;
}

static void test_headroom_is_kept_while_others_take_memory(void **state)
{
        struct reservation_request request = request_for("a", "0:1400,2:1");
        const char *text;

        fake_kernel.clock_usec = 20000;
        request.grow.progress = take_memory;
        assert_int_equal(make(request), -ENOSPC);
        text = fake_log();
        assert_non_null(strstr(text, " of 1400 huge pages in the pool: others take memory, too; "
                                     "599 MiB are left, and Headroom= keeps 256 MiB"));
        assert_pools(0, 0);
        assert_no_record("a");
}

/* What is still to come would fit into what is left, but hardly anything would remain. */
static int take_nearly_all(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        struct fake_node poorest = { .memory_mib = 4096 };

        if (persistent < 300)
                return 0;
        poorest.free_mib = (target - persistent) * 2 + 64;
        fake_node_set(&machine, node, &poorest);
        return 0;
}

static void test_headroom_is_kept_to_the_last_page(void **state)
{
        struct reservation_request request = request_for("a", "0:1400");

        fake_kernel.clock_usec = 20000;
        request.grow.progress = take_nearly_all;
        assert_int_equal(make(request), -ENOSPC);
        assert_non_null(strstr(fake_log(), " MiB are left, and Headroom= keeps 256 MiB"));
        assert_pools(0, 0);
}

/* Memory that is a little less does not matter: half of the headroom is for that. */
static int take_little(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        struct fake_node poorer = { .memory_mib = 4096, .free_mib = 3072 - 100 };

        poorer.free_mib -= persistent * 2;
        fake_node_set(&machine, node, &poorer);
        return 0;
}

static void test_headroom_takes_what_others_take(void **state)
{
        struct reservation_request request = request_for("a", "0:1407");

        fake_kernel.clock_usec = 20000;
        request.grow.progress = take_little;
        assert_int_equal(make(request), 0);
        assert_pools(1407, 0);
}

static void test_headroom_is_kept_with_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:1400,2:1");
        uint64_t pages;

        request.take_less = true;
        fake_kernel.clock_usec = 20000;
        request.grow.progress = take_memory;
        assert_int_equal(make(request), 0);
        pages = fake_pool(&machine, 0, PAGE_HUGE);
        /* what was there by then, and what fits into 599 MiB less the headroom */
        assert_true(pages >= 300 && pages < 1400);
        assert_int_equal(fake_pool(&machine, 2, PAGE_HUGE), 1);
        assert_record("a", 0, 1400, 0, pages);
        assert_non_null(strstr(fake_log(), "node 0: 1400 huge pages asked, "));
}

static void test_shortage_rolls_back_all_nodes(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 10, 10, 0);
        fake_kernel.capacity[2] = 70;
        assert_int_equal(reserve("a", "0:100,2:100"), -ENOSPC);
        assert_non_null(strstr(fake_log(),
                               "node 2: 100 huge pages asked, 70 obtained (0 were there, "
                               "70 added): memory is fragmented"));
        assert_pools(10, 0);
        assert_no_record("a");
        assert_true(fake_kernel.compactions > 0);
}

static void test_shortage_keeps_what_was_before(void **state)
{
        assert_int_equal(reserve("a", "0:50"), 0);
        fake_kernel.capacity[0] = 70;
        assert_int_equal(reserve("a", "0:100"), -ENOSPC);
        assert_pools(50, 0);
        assert_record("a", 0, 50, 0, 50);
}

static void test_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:100,2:100");

        fake_kernel.capacity[2] = 70;
        request.take_less = true;
        assert_int_equal(make(request), 0);
        assert_pools(100, 70);
        assert_record("a", 2, 100, 0, 70);
        assert_non_null(strstr(fake_log(), "node 2: 100 huge pages asked, 70 obtained"));
}

/* Pages larger than the first chunk, and not one comes. */
static void test_no_gigantic_page_comes(void **state)
{
        struct reservation_request request = request_for("a", "0:1");

        request.type = PAGE_GIGANTIC;
        fake_kernel.capacity[0] = 0;
        assert_int_equal(make(request), -ENOSPC);
        assert_int_equal(fake_pool(&machine, 0, PAGE_GIGANTIC), 0);
}

static void test_writes_again_while_it_grows(void **state)
{
        fake_kernel.per_write = 3;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_pools(100, 0);
        assert_int_equal(fake_kernel.compactions, 0);
}

static void test_compacts_while_it_helps(void **state)
{
        fake_kernel.capacity[0] = 40;
        fake_kernel.compaction_gain = 20;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(fake_kernel.compactions, 3);
}

static void test_defrag_never(void **state)
{
        struct reservation_request request = request_for("a", "0:100");

        fake_kernel.capacity[0] = 40;
        fake_kernel.compaction_gain = 20;
        request.grow.defrag = GROW_DEFRAG_NEVER;
        assert_int_equal(make(request), -ENOSPC);
        assert_int_equal(fake_kernel.compactions, 0);
}

static void test_unknown_nodes(void **state)
{
        static const struct fake_node empty = { .cpus = "0" };

        assert_int_equal(reserve("a", "0:1,1:5"), -ENODEV);
        assert_non_null(strstr(fake_log(), "node 1: huge pages are asked for, but there is no such "
                                           "node, or it has no memory; nodes with memory: 0, 2"));
        fake_node_set(&machine, 2, &empty);
        assert_int_equal(reserve("a", "2:5"), -ENODEV);
        assert_int_equal(fake_kernel.writes, 0);
        assert_no_record("a");
}

static int give_up(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        return persistent >= 8 ? -ECANCELED : 0;
}

static void test_cancelled(void **state)
{
        struct reservation_request request = request_for("a", "0:1000");

        request.grow.progress = give_up;
        assert_int_equal(make(request), -ECANCELED);
        assert_int_equal(fake_kernel.writes, 2); /* one chunk, and back */
        assert_pools(0, 0);
        assert_no_record("a");
}

static void test_reserve_after_somebody_shrank_the_pool(void **state)
{
        assert_int_equal(reserve("a", "0:60"), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 10, 10, 0);
        assert_int_equal(reserve("a", "0:60"), 0);
        assert_pools(60, 0);
        assert_record("a", 0, 60, 0, 60);
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

/* While a reservation is at work, others change the pool: their pages are not overwritten. */
static int others_add(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        unsigned *times = userdata;

        if (node == 0 && ++*times == 2)
                fake_pool_set(&machine, 0, PAGE_HUGE, persistent + 5, persistent + 5, 0);
        return 0;
}

static void test_others_add_in_between(void **state)
{
        struct reservation_request request = request_for("a", "0:100");
        unsigned times = 0;

        fake_kernel.per_write = 8;
        request.grow.progress = others_add;
        request.grow.userdata = &times;
        assert_int_equal(make(request), 0);
        assert_pools(105, 0);
        assert_record("a", 0, 100, 0, 100);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(5, 0);
}

static int others_insist(unsigned node, uint64_t persistent, uint64_t target, void *userdata)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0);
        return 0;
}

static void test_others_insist_on_their_number(void **state)
{
        struct reservation_request request = request_for("a", "0:100");

        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0);
        request.adopt = false;
        request.grow.progress = others_insist;
        fake_kernel.per_write = 8;
        assert_true(make(request) < 0); /* and ends */
        assert_pools(3, 0);
        assert_no_record("a");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_repeating_changes_nothing),
                TEST(test_change_of_mind),
                TEST(test_shapes_of_requests),
                TEST(test_the_tightest_node_first),
                TEST(test_adopt_over_domains),
                TEST(test_adopt_leaves_what_is_not_mounted_yet),
                TEST(test_adopt_leaves_what_is_not_mounted_on_the_node),
                TEST(test_adopt_leaves_what_is_promised_beside_domains),
                TEST(test_add_leaves_what_is_there),
                TEST(test_pages_in_use_or_promised_are_not_adopted),
                TEST(test_surplus_is_not_ours),
                TEST(test_surplus_of_others_and_headroom),
                TEST(test_headroom_refusal_has_the_numbers),
                TEST(test_headroom_configured),
                TEST(test_headroom_with_shortage_continue),
                TEST(test_headroom_is_kept_while_others_take_memory),
                TEST(test_headroom_is_kept_to_the_last_page),
                TEST(test_headroom_takes_what_others_take),
                TEST(test_headroom_is_kept_with_shortage_continue),
                TEST(test_shortage_rolls_back_all_nodes),
                TEST(test_shortage_keeps_what_was_before),
                TEST(test_shortage_continue),
                TEST(test_no_gigantic_page_comes),
                TEST(test_writes_again_while_it_grows),
                TEST(test_compacts_while_it_helps),
                TEST(test_defrag_never),
                TEST(test_unknown_nodes),
                TEST(test_cancelled),
                TEST(test_reserve_after_somebody_shrank_the_pool),
                TEST(test_pages_taken_by_others_are_missed),
                TEST(test_other_domains_use_their_own),
                TEST(test_what_cannot_be_told_is_said),
                TEST(test_available_bounds),
                TEST(test_others_add_in_between),
                TEST(test_others_insist_on_their_number),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

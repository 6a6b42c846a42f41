/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
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
        assert_int_equal(strncmp(fake_log(), "node 2: 10 huge pages were not", 30), 0);
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

/* The domain is up, without mounts; some of its pages on node 0 are in use. */
static void start_without_mounts(const char *pages, uint64_t total, uint64_t used)
{
        char name[] = "a";
        struct ledger_domain domain = { .name = name, .no_mounts = true };
        struct ledger_handover handover = {};

        assert_int_equal(ledger_store_domain(&machine, &domain), 0);
        assert_int_equal(ledger_store_handover(&machine, "a", &handover), 0);
        assert_int_equal(reserve("a", pages), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, total, total - used, 0);
}

static void hand_over(void)
{
        struct ledger_handover handover = { .complete = true };

        assert_int_equal(ledger_store_handover(&machine, "a", &handover), 0);
}

/* What is in use during a start is others'; from then on it is the domain's own. */
static void test_changes_while_its_pages_are_in_use(void **state)
{
        start_without_mounts("0:64", 64, 32);
        assert_int_equal(reserve("a", "0:64"), -ENOSPC);
        assert_int_equal(reserve("a", "0:128"), -ENOSPC);
        assert_pools(64, 0);
        hand_over();
        assert_int_equal(reserve("a", "0:128"), 0);
        assert_record("a", 0, 128, 0, 128);
        assert_int_equal(reserve("a", "0:64"), 0);
        assert_pools(64, 0);
        assert_record("a", 0, 64, 0, 64);
}

/* More is in use than it is to have: that becomes surplus. */
static void test_shrinks_below_what_is_in_use(void **state)
{
        struct pool_counts counts;

        start_without_mounts("0:64", 64, 32);
        hand_over();
        assert_int_equal(reserve("a", "0:16"), 0);
        assert_pools(16, 0);
        assert_record("a", 0, 16, 0, 16);
        assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.total, 32);
        assert_non_null(strstr(fake_log(), "node 0: 16 huge pages are still in use"));
}

/* A domain of another boot is not up, whatever its records say. */
static void test_in_use_after_a_boot(void **state)
{
        start_without_mounts("0:64", 64, 32);
        hand_over();
        fake_boot(&machine, "22222222-2222-3333-4444-555555555555");
        fake_pool_set(&machine, 0, PAGE_HUGE, 64, 32, 0);
        assert_int_equal(reserve("a", "0:64"), 0); /* 32 are adopted */
        assert_record("a", 0, 64, 32, 32);
}

/* Pages that move to another node are released when those there have come. */
static void test_move_without_room_keeps_what_was(void **state)
{
        assert_int_equal(reserve("a", "0:50"), 0);
        fake_kernel.capacity[2] = 20;
        fake_kernel.writes = 0;
        assert_int_equal(reserve("a", "0:10,2:40"), -ENOSPC);
        assert_pools(50, 0);
        assert_record("a", 0, 50, 0, 50);
        assert_int_equal(reserve("a", "0:10,2:20"), 0);
        assert_pools(10, 20);
        assert_record("a", 0, 10, 0, 10);
        assert_record("a", 2, 20, 0, 20);
}

static void test_move_of_adopted_pages_without_room(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 30, 30, 0);
        assert_int_equal(reserve("a", "0:50"), 0);
        fake_kernel.capacity[2] = 20;
        assert_int_equal(reserve("a", "0:10,2:40"), -ENOSPC);
        assert_pools(50, 0);
        assert_record("a", 0, 50, 30, 20);
        assert_int_equal(reserve("a", "0:10,2:20"), 0);
        assert_record("a", 0, 10, 10, 0);
        assert_pools(30, 20);
}

static void test_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:100,2:100");

        fake_kernel.capacity[2] = 70;
        request.policy.shortage = SHORTAGE_CONTINUE;
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
        request.size = page_size_default(PAGE_GIGANTIC);
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
        request.machine_policy.defrag = DEFRAG_NEVER;
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

static int give_up(const struct grow_progress *progress, void *userdata)
{
        return progress->persistent >= 8 ? -ECANCELED : 0;
}

static void test_cancelled(void **state)
{
        struct reservation_request request = request_for("a", "0:1000");

        request.watch.progress = give_up;
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

/* While a reservation is at work, others change the pool: their pages are not overwritten. */
static int others_add(const struct grow_progress *progress, void *userdata)
{
        unsigned *times = userdata;

        if (progress->node == 0 && ++*times == 2)
                fake_pool_set(&machine, 0, PAGE_HUGE, progress->persistent + 5,
                              progress->persistent + 5, 0);
        return 0;
}

static void test_others_add_in_between(void **state)
{
        struct reservation_request request = request_for("a", "0:100");
        unsigned times = 0;

        fake_kernel.per_write = 8;
        request.watch.progress = others_add;
        request.watch.userdata = &times;
        assert_int_equal(make(request), 0);
        assert_pools(105, 0);
        assert_record("a", 0, 100, 0, 100);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(5, 0);
}

static int others_insist(const struct grow_progress *progress, void *userdata)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0);
        return 0;
}

static void test_others_insist_on_their_number(void **state)
{
        struct reservation_request request = request_for("a", "0:100");

        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0);
        request.policy.existing = EXISTING_ADD;
        request.watch.progress = others_insist;
        fake_kernel.per_write = 8;
        assert_true(make(request) < 0); /* and ends */
        assert_pools(3, 0);
        assert_no_record("a");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_repeating_changes_nothing),
                TEST(test_changes_while_its_pages_are_in_use),
                TEST(test_shrinks_below_what_is_in_use),
                TEST(test_in_use_after_a_boot),
                TEST(test_move_without_room_keeps_what_was),
                TEST(test_move_of_adopted_pages_without_room),
                TEST(test_change_of_mind),
                TEST(test_shapes_of_requests),
                TEST(test_the_tightest_node_first),
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
                TEST(test_others_add_in_between),
                TEST(test_others_insist_on_their_number),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

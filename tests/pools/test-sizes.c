/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pools of other sizes than the defaults: a machine with pages of 64K, 2M, 32M and 1G. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/size.h"
#include "helpers/modules/holdings/pool-slots.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/stale.h"
#include "tests/pools/acts.h"

#define SMALL  ((struct page_size){ 64 * KIB })
#define MIDDLE ((struct page_size){ 32 * MIB })

static int setup(void **state)
{
        acts_setup(state);
        for (unsigned node = 0; node < FAKE_NODES; node += 2) {
                fake_pool_set_of(&machine, node, SMALL, 0, 0, 0);
                fake_pool_set_of(&machine, node, MIDDLE, 0, 0, 0);
        }
        return 0;
}

static struct reservation_request request(const char *domain, enum page_type type,
                                          struct page_size size, const char *pages)
{
        struct reservation_request request = request_for(domain, pages);

        request.type = type;
        request.size = size;
        return request;
}

static int take(const char *domain, enum page_type type, struct page_size size, const char *pages)
{
        return make(request(domain, type, size, pages));
}

static bool has_file(const char *path)
{
        return faccessat(machine.state, path, F_OK, 0) == 0;
}

/* One domain calls them huge, the other gigantic. */
static void test_two_types_share_a_pool(void **state)
{
        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:4"), 0);
        assert_int_equal(take("b", PAGE_GIGANTIC, MIDDLE, "0:2,2:1"), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 6);
        assert_int_equal(fake_pool_of(&machine, 2, MIDDLE), 1);
        assert_int_equal(fake_pool(&machine, 0, PAGE_HUGE), 0);
        assert_int_equal(fake_pool(&machine, 0, PAGE_GIGANTIC), 0);
        assert_true(has_file("baseline/32M"));
        assert_false(has_file("baseline/huge"));
        assert_non_null(strstr(fake_log(), "node 0: 4 32M pages asked, all there"));

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 2);
        assert_true(has_file("baseline/32M"));
        assert_int_equal(release_reservation(&machine, "b", PAGE_GIGANTIC), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 0);
        assert_false(has_file("baseline/32M"));
}

static void test_others_pages_stay(void **state)
{
        fake_pool_set_of(&machine, 0, MIDDLE, 5, 3, 0);
        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:4"), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 6); /* 3 were free */
        assert_int_equal(take("b", PAGE_GIGANTIC, MIDDLE, "0:2"), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 8);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(release_reservation(&machine, "b", PAGE_GIGANTIC), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 5);
}

/* Same domain, same type, another boot of its configuration: each pool has its own account. */
static void test_sizes_do_not_mix(void **state)
{
        _cleanup_(ledger_baseline_done) struct ledger_baseline baseline = {};
        unsigned order[POOL_SLOTS_MAX];
        struct pool_slots slots = {};

        fake_pool_set(&machine, 0, PAGE_HUGE, 7, 7, 0);
        assert_int_equal(take("a", PAGE_HUGE, SMALL, "0:100"), 0);
        assert_int_equal(reserve("b", "0:10"), 0);
        assert_int_equal(take("c", PAGE_HUGE, MIDDLE, "0:3"), 0);
        assert_int_equal(fake_pool_of(&machine, 0, SMALL), 100);
        assert_int_equal(fake_pool(&machine, 0, PAGE_HUGE), 10);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 3);

        assert_int_equal(ledger_load_baseline(&machine, SMALL, &baseline), 0);
        assert_int_equal(ledger_baseline_node(&baseline, 0)->others, 0);
        assert_int_equal(pool_slots_load(machine.state, &slots), 0);
        assert_int_equal(pool_slots_order(&slots, order), 4);
        assert_int_equal(order[0], PAGE_GIGANTIC);
        assert_true(page_size_equal(pool_slot_size(&slots, order[1]), MIDDLE));
        assert_int_equal(order[2], PAGE_HUGE);
        assert_true(page_size_equal(pool_slot_size(&slots, order[3]), SMALL));
}

/* What cannot be read stops what is done to its own pool. */
static void test_bad_record(void **state)
{
        const char bad[] = "version=2\nsize=64K\nrelease=yes\nnode=0 as";

        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:3"), 0);
        write_record("reservation/bad:huge", bad, sizeof(bad) - 1);
        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:4"), 0);
        assert_int_equal(reserve("b", "0:10"), 0);
        assert_int_equal(take("c", PAGE_HUGE, SMALL, "0:4"), -EBADMSG);
        assert_int_equal(release_reservation(&machine, "bad", PAGE_HUGE), -EBADMSG);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
}

static void test_no_such_pages(void **state)
{
        assert_int_equal(take("a", PAGE_HUGE, (struct page_size){ 16 * MIB }, "0:4"), -EOPNOTSUPP);
        assert_non_null(strstr(fake_log(), "This machine has no 16M pages (16M): "));
        assert_int_equal(take("a", PAGE_HUGE, (struct page_size){ 16 * MIB }, "0:4"), -EOPNOTSUPP);
        assert_non_null(
                strstr(fake_log(), "this kernel has pages of 64K, 2M, 32M and 1G: set HugeSize= "));
}

/* HugeSize= was changed: the pages of the old size are released before the new ones are taken. */
static void test_changed_size(void **state)
{
        struct reservation_request changed;

        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:4"), 0);
        assert_int_equal(take("other", PAGE_HUGE, MIDDLE, "0:1"), 0);
        changed = request("a", PAGE_HUGE, SMALL, "0:100");
        assert_int_equal(stale_release(&machine, &changed, NULL, NULL), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 1);
        assert_int_equal(make(changed), 0);
        assert_int_equal(fake_pool_of(&machine, 0, SMALL), 100);

        changed = request("a", PAGE_HUGE, SMALL, "0:100");
        assert_int_equal(stale_release(&machine, &changed, NULL, NULL), 0);
        assert_int_equal(fake_pool_of(&machine, 0, SMALL), 100);
        page_request_done(&changed.pages);
}

/* What were huge pages are gigantic ones now: one record of a domain in a pool. */
static void test_changed_type(void **state)
{
        struct reservation_request changed;

        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:4"), 0);
        changed = request("a", PAGE_GIGANTIC, MIDDLE, "0:2");
        assert_int_equal(stale_release(&machine, &changed, NULL, NULL), 0);
        assert_false(has_file("reservation/a:huge"));
        assert_int_equal(make(changed), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 2);
}

/* A writer died: its line says 3 pages before, 7 asked, and there are 5. */
static void test_interrupted(void **state)
{
        _cleanup_reservation_ struct ledger_reservation record = {};
        struct reservation_request again;

        assert_int_equal(take("a", PAGE_HUGE, MIDDLE, "0:3"), 0);
        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &record), 0);
        assert_true(page_size_equal(record.size, MIDDLE));
        record.nodes[0].asked = 7;
        record.nodes[0].pending = true;
        record.nodes[0].before = 3;
        record.nodes[0].target = 7;
        assert_int_equal(ledger_store_reservation(&machine, &record), 0);
        fake_pool_set_of(&machine, 0, MIDDLE, 5, 5, 0);

        again = request("a", PAGE_HUGE, MIDDLE, "0:7");
        assert_int_equal(make(again), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 7);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(fake_pool_of(&machine, 0, MIDDLE), 0);
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, acts_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_two_types_share_a_pool), TEST(test_others_pages_stay),
                TEST(test_sizes_do_not_mix),       TEST(test_bad_record),
                TEST(test_no_such_pages),          TEST(test_changed_size),
                TEST(test_changed_type),           TEST(test_interrupted),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

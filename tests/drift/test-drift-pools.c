/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records and pools that agree, and then do not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "helpers/modules/drift/drift-handover.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
#include "tests/drift/drift-acts.h"

/* Pages that were in the pool before the domain are its own as much as those that were added. */
static void test_adopted(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 6, 6, 0);
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_record("a", 0, 8, 6, 2);
        mount_huge(8);
        domain_up("a", "rw,pagesize=2M,min_size=16777216");
        expect(NULL, "");
        hand_over();
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 7, 7, 0);
        expect(NULL, "a pool: node 0: 8 huge pages recorded, 7 there\n");
}

/* Fewer than asked is what the domain was made with. */
static void test_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:8,2:4");

        fake_kernel.capacity[0] = 5;
        request.policy.shortage = SHORTAGE_CONTINUE;
        assert_int_equal(make(request), 0);
        assert_pools(5, 4);
        mount_huge(9);
        domain_up("a", "rw,pagesize=2M,min_size=18874368");
        expect(NULL, "");
        hand_over();
        expect(NULL, "");
        mount_huge(6); /* others used three when it was mounted */
        domain_up("a", "rw,pagesize=2M,min_size=12582912");
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 4, 4, 0);
        expect(NULL, "a pool: node 0: 5 huge pages recorded, 4 there\n");
}

/* With Release=no pages stay in the pool after a stop, and are found again by the next start. */
static void test_kept_pages(void **state)
{
        struct reservation_request request = request_for("a", "0:8");

        request.policy.release = false;
        assert_int_equal(make(request), 0);
        write_mountinfo("%s", "");
        expect(NULL, ""); /* not up */
        mount_huge(8);
        domain_up("a", "rw,pagesize=2M,min_size=16777216");
        hand_over();
        expect(NULL, "");

        assert_int_equal(ledger_remove_domain(machine.state, "a"), 0);
        write_mountinfo("%s", "");
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0); /* nobody's loss */
        expect(NULL, "");
        request = request_for("a", "0:8");
        request.policy.release = false;
        assert_int_equal(make(request), 0);
        mount_huge(8);
        domain_up("a", "rw,pagesize=2M,min_size=16777216");
        hand_over();
        expect(NULL, "");
}

/* The others' pages count first, as they do for a release; and who looks at the pool next enters what is
 * lost, which is no reason to forget it. */
static void test_others(void **state)
{
        const bool mounts[N_PAGE_TYPES] = {};
        const struct owner owner = { .uid = base_stat.st_uid, .gid = base_stat.st_gid };
        struct ledger_domain b = { .name = (char *) "b", .path = base };
        struct reservation_request add;

        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 0, 0);
        add = request_for("a", "0:8");
        add.policy.existing = EXISTING_ADD;
        assert_int_equal(make(add), 0);
        domain_up("a", NULL);
        mount_huge(0);
        assert_int_equal(drift_handover_complete(&machine, "a", base, mounts, &owner,
                                                 base_stat.st_mode & 07777),
                         0);
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 30, 10, 0);
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 0, 0);
        expect(NULL, "a pool: node 0: 8 huge pages recorded, 0 there\n");

        fake_pool_set(&machine, 0, PAGE_HUGE, 23, 3, 0);
        assert_int_equal(reserve("b", "2:1"), 0);
        assert_int_equal(ledger_store_domain(&machine, &b), 0);
        expect(NULL, "a pool: node 0: 8 huge pages recorded, 3 there\n");
}

/* Fewer are wanted since, in place. */
static void test_shrunk(void **state)
{
        const bool mounts[N_PAGE_TYPES] = {};
        const struct owner owner = { .uid = base_stat.st_uid, .gid = base_stat.st_gid };

        assert_int_equal(reserve("a", "0:8"), 0);
        domain_up("a", NULL);
        write_mountinfo("%s", "");
        assert_int_equal(drift_handover_complete(&machine, "a", base, mounts, &owner,
                                                 base_stat.st_mode & 07777),
                         0);
        assert_int_equal(reserve("a", "0:4"), 0);
        expect(NULL, "");
        assert_int_equal(reserve("a", "0:12"), 0);
        expect(NULL, "");
}

/* A reservation at work, or one that was killed: the next one settles it. */
static void test_pending(void **state)
{
        struct ledger_node node = {
                .node = 0, .asked = 9, .added = 9, .pending = true, .before = 9, .target = 12
        };
        struct ledger_reservation record = { .domain = (char *) "a",
                                             .type = PAGE_HUGE,
                                             .size = page_size_default(PAGE_HUGE),
                                             .nodes = &node,
                                             .n_nodes = 1 };

        assert_int_equal(ledger_store_reservation(&machine, &record), 0);
        mount_huge(9);
        domain_up("a", NULL);
        expect(NULL, "");
        node.pending = false;
        assert_int_equal(ledger_store_reservation(&machine, &record), 0);
        expect(NULL, "a pool: node 0: 9 huge pages recorded, 0 there\n");
}

static void test_on_its_way(void **state)
{
        domain_up("a", NULL);
        write_mountinfo("%s", "");
        expect(NULL, "a no-mount: BASE/.huge: not mounted\n");
        assert_int_equal(drift_handover_begin(&machine, "a"), 0);
        expect(NULL, "");

        domain_up("a", "rw,pagesize=2M");
        expect(NULL, "a no-mount: BASE/.huge: not mounted\n");
        assert_int_equal(ledger_mark_leftover(machine.state, "a"), 0);
        expect(NULL, "");
}

/* 160 pages of node 2 are claimed, 160 of node 0 are anybody's. */
static void claim_on_node_2(uint64_t free0, uint64_t free2, uint64_t reserved)
{
        fake_kernel.reserved = reserved;
        fake_pool_set(&machine, 0, PAGE_HUGE, 160, free0, 0);
        fake_pool_set(&machine, 2, PAGE_HUGE, 160, free2, 0);
}

static size_t n_claims(void)
{
        size_t n;

        assert_string_equal(differences(NULL, &n), "");
        return n;
}

static void test_claims(void **state)
{
        assert_int_equal(reserve("a", "2:160"), 0);
        assert_int_equal(reserve("b", "0:160"), 0);
        mount_huge(160);
        domain_up("a", NULL);

        claim_on_node_2(160, 160, 160);
        assert_int_equal(n_claims(), 0);
        claim_on_node_2(160, 100, 100); /* its own regions */
        assert_int_equal(n_claims(), 0);
        claim_on_node_2(20, 160, 160); /* others, where they may */
        assert_int_equal(n_claims(), 0);
        claim_on_node_2(160, 60, 160); /* taken, or reserved by others on node 0 */
        assert_int_equal(n_claims(), 1);
        claim_on_node_2(60, 100, 100); /* either: who has what tells */
        assert_int_equal(n_claims(), 1);

        /* On one node, or where all is claimed, it can always be told. */
        fake_pool_set(&machine, 0, PAGE_HUGE, 0, 0, 0);
        assert_int_equal(ledger_remove_reservation(machine.state, "b", PAGE_HUGE), 0);
        for (uint64_t used = 0; used <= 160; used += 40) {
                fake_kernel.reserved = 160 - used;
                fake_pool_set(&machine, 2, PAGE_HUGE, 160, 160 - used, 0);
                assert_int_equal(n_claims(), 0);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DRIFT_TEST(test_adopted),    DRIFT_TEST(test_shortage_continue),
                DRIFT_TEST(test_kept_pages), DRIFT_TEST(test_pending),
                DRIFT_TEST(test_on_its_way), DRIFT_TEST(test_claims),
                DRIFT_TEST(test_others),     DRIFT_TEST(test_shrunk),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

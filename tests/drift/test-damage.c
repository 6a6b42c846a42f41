/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose the pages of a claimed node are, by what was seen of regions and processes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/tool/inspect/damage.h"

/* Two nodes; domain "a" claims 160 pages of node 1, "b" has 160 of node 0 without a claim. */
static struct ledger_node node_a = { .node = 1, .asked = 160, .added = 160 };
static struct ledger_node node_b = { .node = 0, .asked = 160, .added = 160 };
static struct ledger_reservation reservations[] = {
        { .domain = (char *) "a", .type = PAGE_HUGE, .nodes = &node_a, .n_nodes = 1 },
        { .domain = (char *) "b", .type = PAGE_HUGE, .nodes = &node_b, .n_nodes = 1 },
};
static struct query_pool pools[] = { { .node = 0 }, { .node = 1 } };
static struct query_domain domains[2];
static struct region regions[2];
static struct node_pages region_nodes[2];
static struct memory_process processes[] = {
        { .pid = 754, .uid = 4242424, .command = (char *) "py\nthon" },
        { .pid = 755, .uid = 4242424, .command = (char *) "java" },
};
static struct memory_use uses[2];
static struct node_pages use_nodes[2];
static struct query query;
static struct drift_claims claims;

static void set_region(size_t i, uint32_t mount, uint64_t pages, unsigned node, uint64_t shown)
{
        region_nodes[i] = (struct node_pages){ .node = node, .pages = shown };
        regions[i] = (struct region){
                .mount = mount,
                .allocated = pages * page_type_size(PAGE_HUGE),
                .nodes = { .items = &region_nodes[i], .n = shown > 0 },
        };
        query.regions.n = i + 1;
}

static void set_use(size_t i, enum memory_kind kind, unsigned node, uint64_t pages)
{
        use_nodes[i] = (struct node_pages){ .node = node, .pages = pages };
        uses[i] = (struct memory_use){
                .process = (uint32_t) i,
                .kind = kind,
                .page_size = page_type_size(PAGE_HUGE),
                .device = 9,
                .inode = 9,
                .nodes = { .items = &use_nodes[i], .n = 1 },
        };
        query.users.n_uses = i + 1;
}

static int setup(void **state)
{
        for (size_t i = 0; i < 2; i++) {
                domains[i] = (struct query_domain){ .name = reservations[i].domain,
                                                    .path = (char *) "/x",
                                                    .state = STATE_UP };
                domains[i].mount[PAGE_HUGE] = (struct query_mount){ .mounted = true,
                                                                    .listed = true,
                                                                    .mount = (uint32_t) i };
        }
        domains[0].mount[PAGE_HUGE].has_claim = true;
        domains[0].mount[PAGE_HUGE].claimed = 160 * page_type_size(PAGE_HUGE);
        query = (struct query){
                .domains = domains,
                .n_domains = 2,
                .regions = { .items = regions },
                .users = { .processes = processes, .n_processes = 2, .uses = uses },
        };
        query.type[PAGE_HUGE] = (struct query_type){ .supported = true,
                                                     .pools = pools,
                                                     .n_pools = 2,
                                                     .reservations = reservations,
                                                     .n_reservations = 2 };
        return 0;
}

/* What is said of node 1 when FREE of its 160 pages are free. */
static const char *judge(uint64_t free_pages, const char *only)
{
        static char text[1024];
        _cleanup_drift_ struct drift_list list = {};

        claims = (struct drift_claims){ .size = page_size_default(PAGE_HUGE),
                                        .node = 1,
                                        .claimed = 160,
                                        .total = 160,
                                        .free = free_pages };
        assert_int_equal(damage_judge(&query, &claims, only, &list), 0);
        assert_true(list.n <= 1);
        text[0] = '\0';
        if (list.n == 1) {
                assert_string_equal(list.items[0].domain, "a");
                snprintf(text, sizeof(text), "%s", list.items[0].text);
        }
        return text;
}

static void test_its_own(void **state)
{
        set_region(0, 0, 100, 1, 100);
        assert_string_equal(judge(60, NULL), "");
        set_region(0, 0, 100, 1, 0); /* mapped by nobody: it may be here */
        assert_string_equal(judge(60, NULL), "");
        set_region(0, 0, 100, 1, 40);
        assert_string_equal(judge(60, NULL), "");
}

static void test_thief(void **state)
{
        set_use(0, MEMORY_ANONYMOUS, 1, 100);
        assert_string_equal(judge(60, NULL),
                            "node 1: of 160 huge pages claimed there, 100 are taken, by pid 754 "
                            "(py\\nthon, user 4242424; 100 pages) (0 filled, 60 free)");
        assert_string_equal(judge(60, "b"), "");
        set_region(0, 0, 60, 1, 60);
        assert_string_equal(judge(0, NULL),
                            "node 1: of 160 huge pages claimed there, 100 are taken, by pid 754 "
                            "(py\\nthon, user 4242424; 100 pages) (60 filled, 0 free)");
        set_use(0, MEMORY_ANONYMOUS, 0, 100);
        set_region(0, 0, 100, 1, 100);
        assert_string_equal(judge(60, NULL), "");
}

/* Two processes that share a segment have its pages once. */
static void test_shared(void **state)
{
        set_use(0, MEMORY_SYSV, 1, 30);
        set_use(1, MEMORY_SYSV, 1, 50);
        assert_string_equal(judge(110, NULL),
                            "node 1: of 160 huge pages claimed there, 50 are taken, by pid 755 "
                            "(java, user 4242424; 50 pages), pid 754 (py\\nthon, user 4242424; 30 "
                            "pages) (0 filled, 110 free)");
}

/* Regions of another domain, whose owner is not bound either. */
static void test_neighbour(void **state)
{
        set_region(0, 1, 40, 1, 40);
        assert_string_equal(judge(120, NULL),
                            "node 1: of 160 huge pages claimed there, 40 are taken, by no "
                            "visible process (0 filled, 120 free)");
}

/* Without root the regions are not known. */
static void test_unseen(void **state)
{
        domains[0].mount[PAGE_HUGE].listed = false;
        assert_string_equal(judge(10, NULL), "");
        set_use(0, MEMORY_ANONYMOUS, 1, 30);
        assert_non_null(strstr(judge(10, NULL), " 30 are taken"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(test_its_own, setup),
                cmocka_unit_test_setup(test_thief, setup),
                cmocka_unit_test_setup(test_shared, setup),
                cmocka_unit_test_setup(test_neighbour, setup),
                cmocka_unit_test_setup(test_unseen, setup),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

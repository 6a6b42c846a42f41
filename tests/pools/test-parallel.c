/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Growing on several CPUs at once: when it is done, what is made of kernels that do it their own
 * way, and what is left when the helper dies in it. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helpers/modules/grow/parallel.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

#define OVERCOMMIT "kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages"

static struct parallel parallel;

static int setup(void **state)
{
        parallel = (struct parallel){ .forced = true };
        return acts_setup(state);
}

static int reserve_in_parallel(const char *domain, const char *pages)
{
        struct reservation_request request = request_for(domain, pages);

        request.parallel = &parallel;
        request.policy.existing = EXISTING_ADD;
        return make(request);
}

static void assert_overcommit(uint64_t expected)
{
        uint64_t value;

        assert_int_equal(sysfs_read_u64(machine.sysfs, OVERCOMMIT, &value), 0);
        assert_int_equal(value, expected);
}

static void assert_all_free(unsigned node)
{
        struct pool_counts counts;

        assert_int_equal(pool_read(machine.sysfs, node, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(counts.free, counts.total);
        assert_int_equal(counts.surplus, 0);
}

static void test_both_nodes(void **state)
{
        assert_int_equal(reserve_in_parallel("a", "0:100,2:200"), 0);
        assert_pools(100, 200);
        assert_all_free(0);
        assert_all_free(2);
        assert_record("a", 0, 100, 0, 100);
        assert_record("a", 2, 200, 0, 200);
        assert_overcommit(0);
        assert_false(parallel.off);
        assert_true(fake_kernel.surplus_makes >= 4);
        assert_int_equal(parallel.added, 300);
        assert_int_equal(fake_kernel.reserved, 0);
}

/* What others may have is neither taken nor lowered. */
static void test_overcommit_of_others(void **state)
{
        assert_int_equal(sysfs_write_u64(machine.sysfs, OVERCOMMIT, 10), 0);
        assert_int_equal(reserve_in_parallel("a", "0:100"), 0);
        assert_false(parallel.off);
        assert_overcommit(10);
}

static void test_free_pages_of_others(void **state)
{
        fake_pool_set(&machine, 2, PAGE_HUGE, 5, 5, 0);
        assert_int_equal(reserve_in_parallel("a", "0:100"), 0);
        assert_int_equal(fake_kernel.surplus_makes, 0);
        assert_pools(100, 5);
        assert_overcommit(0);
}

static void test_surplus_of_others(void **state)
{
        fake_pool_set(&machine, 2, PAGE_HUGE, 5, 0, 2);
        assert_int_equal(reserve_in_parallel("a", "0:100"), 0);
        assert_int_equal(fake_kernel.surplus_makes, 0);
        assert_pools(100, 3);
}

/* Others' pages in use or promised are none of our business. */
static void test_used_pages_of_others(void **state)
{
        fake_pool_set(&machine, 2, PAGE_HUGE, 5, 2, 0);
        fake_kernel.reserved = 2;
        fake_pool_set(&machine, 0, PAGE_HUGE, 0, 0, 0);
        assert_int_equal(reserve_in_parallel("a", "0:100"), 0);
        assert_false(parallel.off);
        assert_pools(100, 5);
        assert_int_equal(fake_kernel.reserved, 2);
}

static void test_binding_not_honoured(void **state)
{
        fake_kernel.no_binding = true;
        assert_int_equal(reserve_in_parallel("a", "0:100"), 0);
        assert_true(parallel.off);
        assert_int_equal(fake_kernel.surplus_makes, 1);
        assert_pools(100, 0);
        assert_all_free(0);
        assert_all_free(2);
        assert_overcommit(0);
        assert_non_null(strstr(fake_log(), "allocated on one CPU"));
}

static void test_none_come(void **state)
{
        fake_kernel.no_surplus = true;
        assert_int_equal(reserve_in_parallel("a", "0:100"), 0);
        assert_true(parallel.off);
        assert_pools(100, 0);
        assert_overcommit(0);
}

/* Not where nothing is zeroed, nor for gigantic pages, nor for a handful; not again where it was
 * slow. */
static void test_pays(void **state)
{
        struct parallel p = {};

        assert_false(parallel_pays(&p, page_size_default(PAGE_HUGE), 100));
        parallel_note(&p, false, 8, 8 * 2000);
        assert_false(parallel_pays(&p, page_size_default(PAGE_HUGE), 100));
        parallel_note(&p, false, 8, 8 * 700000); /* held up by something else */
        assert_int_equal(p.plain_nsec, 2000);
        assert_int_equal(p.added, 16);
        p = (struct parallel){};
        parallel_note(&p, false, 8, 8 * 800000);
        assert_false(parallel_pays(&p, page_size_default(PAGE_HUGE), 100));
        parallel_note(&p, false, 8, 8 * 700000);
        p.forced = true; /* whatever the number of CPUs here */
        assert_true(parallel_pays(&p, page_size_default(PAGE_HUGE), 100));
        assert_false(parallel_pays(&p, page_size_default(PAGE_HUGE), 1));
        assert_false(parallel_pays(&p, page_size_default(PAGE_GIGANTIC), 100));

        p.forced = false;
        parallel_note(&p, true, 8, 8 * 700000);
        parallel_note(&p, true, 8, 8 * 400000);
        parallel_note(&p, true, 8, 8 * 690000);
        parallel_note(&p, true, 8, 8 * 690000);
        assert_false(p.off);
        parallel_note(&p, true, 8, 8 * 690000);
        assert_true(p.off);
        p.forced = true;
        assert_false(parallel_pays(&p, page_size_default(PAGE_HUGE), 100));
}

/* Killed at each of its steps; whoever comes next puts everything in order. */
static void test_killed(void **state)
{
        unsigned step = 0;
        int status;

        do {
                pid_t pid = fork();

                assert_true(pid >= 0);
                if (pid == 0) {
                        fake_kernel.events = 0;
                        fake_kernel.kill_at = step + 1;
                        _exit(reserve_in_parallel("a", "0:60,2:30") == 0 ? 0 : 1);
                }
                assert_int_equal(waitpid(pid, &status, 0), pid);
                step++;
                if (WIFSIGNALED(status))
                        fake_process_died(&machine);

                if (step % 2) {
                        assert_int_equal(reserve("a", "0:60,2:30"), 0);
                        assert_pools(60, 30);
                }
                assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
                assert_pools(0, 0);
                assert_overcommit(0);
        } while (WIFSIGNALED(status));

        assert_int_equal(WEXITSTATUS(status), 0);
        assert_true(step > 40);
}

#define PARALLEL_TEST(name) cmocka_unit_test_setup_teardown(name, setup, acts_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                PARALLEL_TEST(test_both_nodes),
                PARALLEL_TEST(test_overcommit_of_others),
                PARALLEL_TEST(test_free_pages_of_others),
                PARALLEL_TEST(test_surplus_of_others),
                PARALLEL_TEST(test_used_pages_of_others),
                PARALLEL_TEST(test_binding_not_honoured),
                PARALLEL_TEST(test_none_come),
                PARALLEL_TEST(test_pays),
                PARALLEL_TEST(test_killed),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

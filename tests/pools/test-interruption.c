/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A helper dies, by SIGKILL, at every single step that it makes; then whatever comes next finds
 * everything in order. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/reserve/reservation.h"
#include "tests/pools/acts.h"

/* What is interrupted; each begins with 20 pages of the command line on node 0 and a domain "b" that
 * adopted 5 and added 15 (on node 2). */
static int act_reserve(void)
{
        return reserve("a", "0:100,2:30");
}

static int act_release(void)
{
        return release_reservation(&machine, "a", PAGE_HUGE);
}

static int act_grow_and_shrink(void)
{
        return reserve("a", "0:50,2:200");
}

static int act_short(void)
{
        fake_kernel.capacity[2] = 25;
        return reserve("a", "0:100,2:30");
}

static int act_move_short(void)
{
        fake_kernel.capacity[2] = 100;
        return reserve("a", "0:50,2:200");
}

static void prepare(unsigned scenario_has_a)
{
        fake_machine_open(&machine);
        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 20, 0);
        assert_int_equal(reserve("b", "0:5,2:15"), 0);
        if (scenario_has_a)
                assert_int_equal(act_reserve(), 0);
}

/* Runs ACT in a child that dies at its STEP-th event. Returns whether it got to its end instead. */
static bool run_until(int (*act)(void), unsigned step, int expected)
{
        int status;
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0) {
                fake_kernel.events = 0;
                fake_kernel.kill_at = step;
                _exit(act() == expected ? 0 : 1);
        }

        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (WIFSIGNALED(status)) {
                assert_int_equal(WTERMSIG(status), SIGKILL);
                return false;
        }
        assert_int_equal(WEXITSTATUS(status), 0);
        return true;
}

static void assert_released(void)
{
        struct ledger_reservation record;

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(20, 15);
        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &record), -ENOENT);
        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
        assert_pools(20, 0);
}

/* Kills ACT at each of its steps; each time, THEN must come to the right end. */
static void interrupt(unsigned has_a, int (*act)(void), int expected, void (*then)(void))
{
        unsigned step = 0;
        bool done = false;

        while (!done) {
                prepare(has_a);
                done = run_until(act, ++step, expected);
                then();
                fake_machine_close(&machine);
        }
        assert_true(step > 6); /* it was interrupted indeed */
}

static void then_release(void)
{
        assert_released();
}

static void then_reserve(void)
{
        assert_int_equal(act_reserve(), 0);
        assert_pools(20 + 85, 45); /* 15 of the command line's 20 pages were free to adopt */
        assert_released();
}

static void then_others_come_first(void)
{
        /* Another domain settles what the dead one left pending, and takes none of it. */
        assert_int_equal(reserve("c", "0:40,2:1"), 0);
        assert_int_equal(release_reservation(&machine, "c", PAGE_HUGE), 0);
        assert_released();
}

static void test_reserve_then_release(void **state)
{
        interrupt(0, act_reserve, 0, then_release);
}

static void test_reserve_then_reserve(void **state)
{
        interrupt(0, act_reserve, 0, then_reserve);
}

static void test_reserve_then_others(void **state)
{
        interrupt(0, act_reserve, 0, then_others_come_first);
}

static void test_release_then_release(void **state)
{
        interrupt(1, act_release, 0, then_release);
}

static void test_release_then_reserve(void **state)
{
        interrupt(1, act_release, 0, then_reserve);
}

static void test_change_then_release(void **state)
{
        interrupt(1, act_grow_and_shrink, 0, then_release);
}

static void test_change_then_reserve(void **state)
{
        interrupt(1, act_grow_and_shrink, 0, then_reserve);
}

static void test_failed_move_then_release(void **state)
{
        interrupt(1, act_move_short, -ENOSPC, then_release);
}

static void test_failed_move_then_reserve(void **state)
{
        interrupt(1, act_move_short, -ENOSPC, then_reserve);
}

static void test_roll_back_then_release(void **state)
{
        interrupt(0, act_short, -ENOSPC, then_release);
}

static void test_roll_back_then_reserve(void **state)
{
        interrupt(0, act_short, -ENOSPC, then_reserve);
}

/* On kernels that count the surplus of other nodes, too many pages are there for a moment. */
static void test_over_allocation(void **state)
{
        unsigned step = 0;
        bool done = false;

        while (!done) {
                prepare(0);
                fake_kernel.counts_surplus = fake_kernel.no_bound = true;
                fake_pool_set(&machine, 2, PAGE_HUGE, 25, 0, 10);
                done = run_until(act_reserve, ++step, 0);
                fake_kernel.counts_surplus = false;
                then_release();
                fake_machine_close(&machine);
        }
}

/* Others use surplus pages, which are made persistent for a moment. */
static void test_surplus_in_use(void **state)
{
        struct pool_counts counts;
        unsigned step = 0;
        bool done = false;

        while (!done) {
                prepare(1);
                fake_pool_set(&machine, 0, PAGE_HUGE, 105 + 10, 90, 10);
                fake_pool_set(&machine, 2, PAGE_HUGE, 45 + 7, 45, 7);
                done = run_until(act_release, ++step, 0);
                then_release();
                assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts),
                                 0);
                assert_int_equal(counts.total, 25); /* so many are in use */
                assert_int_equal(counts.free, 0);
                assert_int_equal(pool_read(machine.sysfs, 2, page_size_default(PAGE_HUGE), &counts),
                                 0);
                assert_int_equal(counts.total, 7);
                fake_machine_close(&machine);
        }
        assert_true(step > 12);
}

static int die_between_writes(const struct grow_progress *progress, void *userdata)
{
        if (progress->persistent > 20 + 8)
                raise(SIGKILL);
        return 0;
}

static int act_short_of_blocks(void)
{
        struct reservation_request request = request_for("a", "0:100");

        request.policy.existing = EXISTING_ADD;
        request.watch.progress = die_between_writes;
        fake_kernel.per_write = 3; /* none brings what was asked of it */
        return make(request);
}

/* A helper dies between two writes, and others add to the pool before anybody looks: theirs stay. */
static void test_others_come_after_the_kill(void **state)
{
        uint64_t now;

        prepare(0);
        assert_false(run_until(act_short_of_blocks, 0, 0));
        now = fake_pool(&machine, 0, PAGE_HUGE);
        assert_true(now > 20 && now < 40);
        fake_pool_set(&machine, 0, PAGE_HUGE, now + 7, now + 7, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(27, 15);
        fake_machine_close(&machine);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_reserve_then_release),
                cmocka_unit_test(test_reserve_then_reserve),
                cmocka_unit_test(test_reserve_then_others),
                cmocka_unit_test(test_release_then_release),
                cmocka_unit_test(test_release_then_reserve),
                cmocka_unit_test(test_change_then_release),
                cmocka_unit_test(test_change_then_reserve),
                cmocka_unit_test(test_failed_move_then_release),
                cmocka_unit_test(test_failed_move_then_reserve),
                cmocka_unit_test(test_roll_back_then_release),
                cmocka_unit_test(test_roll_back_then_reserve),
                cmocka_unit_test(test_over_allocation),
                cmocka_unit_test(test_surplus_in_use),
                cmocka_unit_test(test_others_come_after_the_kill),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

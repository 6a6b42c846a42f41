/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/stop/pages-in-use.h"
#include "tests/pools/acts.h"

static void test_reserve_and_release(void **state)
{
        assert_int_equal(reserve("a", "0:512,2:100"), 0);
        assert_pools(512, 100);
        assert_record("a", 0, 512, 0, 512);
        assert_record("a", 2, 100, 0, 100);
        assert_int_equal(fake_kernel.compactions, 0);

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(0, 0);
        assert_no_record("a");
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
}

static void test_surplus_elsewhere_on_old_kernels(void **state)
{
        fake_kernel.counts_surplus = true;
        fake_pool_set(&machine, 2, PAGE_HUGE, 30, 0, 20);
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_pools(100, 10);
        assert_record("a", 0, 100, 0, 100);

        assert_int_equal(reserve("a", "0:60"), 0);
        assert_pools(60, 10);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(0, 10);
}

/* Where nothing helps, the record says what is there, and everything goes back later. */
static void test_over_allocation_is_accounted_for(void **state)
{
        fake_kernel.counts_surplus = true;
        fake_kernel.no_bound = true;
        fake_pool_set(&machine, 2, PAGE_HUGE, 30, 0, 20);
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_pools(28, 10);
        assert_record("a", 0, 8, 0, 28);

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(0, 10);
}

static void test_release_leaves_users_alone(void **state)
{
        assert_int_equal(reserve("a", "0:100"), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 100, 95, 0); /* somebody uses 5 */
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(0, 0);
        assert_non_null(
                strstr(fake_log(), "node 0: 5 huge pages are still in use; they stay as surplus"));
        assert_no_record("a");
}

/* The order and the surplus of others matter: see absorb_surplus() in release.c. */
static void test_release_leaves_no_free_surplus(void **state)
{
        struct pool_counts counts;

        for (unsigned node = 0; node <= 2; node += 2) {
                assert_int_equal(reserve("a", "0:100,2:100"), 0);
                assert_int_equal(reserve("b", "0:50"), 0);
                fake_pool_set(&machine, node, PAGE_HUGE, node ? 100 : 150, 30, 0);
                assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
                assert_pools(50, 0);
                assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
                assert_pools(0, 0);
                assert_int_equal(
                        pool_read(machine.sysfs, node, page_size_default(PAGE_HUGE), &counts), 0);
                assert_int_equal(counts.total, node ? 70 : 120);
                assert_int_equal(counts.free, 0);
                assert_int_equal(
                        pool_read(machine.sysfs, 2 - node, page_size_default(PAGE_HUGE), &counts),
                        0);
                assert_int_equal(counts.total, 0);
                fake_pool_set(&machine, node, PAGE_HUGE, 0, 0, 0);
        }
}

static void test_release_after_somebody_shrank_the_pool(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 40, 40, 0);
        assert_int_equal(reserve("a", "0:60"), 0); /* 40 adopted, 20 added */
        assert_int_equal(reserve("b", "0:30"), 0);
        assert_pools(90, 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 75, 75, 0);

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(70, 0); /* 40 of the command line, 30 of b */
        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
        assert_pools(40, 0);
}

static void test_bad_record_stops_everything(void **state)
{
        assert_int_equal(reserve("a", "0:60"), 0);
        assert_true(faccessat(machine.state, "reservation/a:huge", F_OK, 0) == 0);
        {
                FILE *f;
                int fd = openat(machine.state, "reservation/b:huge", O_WRONLY | O_CREAT, 0644);

                f = fdopen(fd, "w");
                fputs("release=yes\nnode=0 asked=5 adop", f);
                fclose(f);
        }
        assert_int_equal(reserve("c", "0:60"), -EBADMSG);
        assert_non_null(strstr(fake_log(), "reservation/b:huge:2: the record is cut off"));
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), -EBADMSG);
        assert_pools(60, 0);
        assert_record("a", 0, 60, 0, 60);
}

static void add(const char *domain, const char *pages)
{
        struct reservation_request request = request_for(domain, pages);

        request.policy.existing = EXISTING_ADD;
        assert_int_equal(make(request), 0);
}

/* "sysctl --system" writes the others' number again, as if we were not there. */
static void test_absolute_writer(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0);
        add("a", "0:4");
        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(3, 0);
}

/* A database uses its 6 pages; a domain of 8 comes and goes, with the number written in between. */
static void test_absolute_writer_with_pages_in_use(void **state)
{
        struct pool_counts counts;

        fake_pool_set(&machine, 0, PAGE_HUGE, 6, 0, 0);
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_pools(14, 0);
        fake_kernel.reserved = 8; /* by our mount: what is free becomes surplus */
        fake_pool_set(&machine, 0, PAGE_HUGE, 14, 8, 8);
        fake_kernel.reserved = 0; /* unmounted */
        fake_pool_set(&machine, 0, PAGE_HUGE, 6, 0, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts), 0);
        assert_int_equal(pool_persistent(&counts), 6);
        assert_int_equal(counts.surplus, 0);
}

static void test_absolute_writer_who_wants_less(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 4, 4, 0);
        add("a", "0:8");
        fake_pool_set(&machine, 0, PAGE_HUGE, 2, 2, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(2, 0);
}

/* The one that stops bears the loss, the other one keeps what there is. */
static void test_absolute_writer_and_two_domains(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 4, 4, 0);
        add("a", "0:8");
        add("b", "0:8");
        fake_pool_set(&machine, 0, PAGE_HUGE, 14, 14, 0);
        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
        assert_record("a", 0, 8, 0, 8);
        assert_pools(12, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(4, 0);
}

/* Pages that stay for the next start (Release=no) are ours still when it comes. */
static void test_pages_that_stay(void **state)
{
        struct reservation_request request = request_for("a", "0:8");

        fake_pool_set(&machine, 0, PAGE_HUGE, 2, 2, 0);
        request.policy.existing = EXISTING_ADD;
        request.policy.release = false;
        assert_int_equal(make(request), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 13, 13, 0); /* 3 more for others */
        add("a", "0:6");
        assert_pools(11, 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(5, 0);
}

/* Others add to the pool right after our write: it is one write. */
static void test_release_is_one_write(void **state)
{
        assert_int_equal(reserve("a", "0:8,2:8"), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 8, 3, 0); /* 5 are in use */
        fake_kernel.writes = 0;
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(fake_kernel.writes, 3); /* what is free on each node, and what is not */
        assert_pools(0, 0);
}

static void others_take_four(void)
{
        struct pool_counts counts;

        fake_kernel.on_sleep = NULL;
        assert_int_equal(pool_read(machine.sysfs, 0, page_size_default(PAGE_HUGE), &counts), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, counts.total + 4, counts.free + 4, counts.surplus);
}

/* Whatever a release waits for, it does not write over what others write meanwhile. */
static void test_others_add_while_a_release_waits(void **state)
{
        assert_int_equal(reserve("a", "0:8"), 0);
        fake_kernel.reserved = 8; /* by our mount, which is dying */
        fake_pool_set(&machine, 0, PAGE_HUGE, 8, 8, 0);
        fake_kernel.on_sleep = others_take_four;
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_null(fake_kernel.on_sleep);
        assert_pools(4, 0);
}

/* What others pin is surplus, and nobody waits for it. */
static void never_sleep(void)
{
        fail();
}

static void test_pinned_pages_are_not_waited_for(void **state)
{
        assert_int_equal(reserve("a", "0:8"), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 8, 3, 0);
        fake_kernel.on_sleep = never_sleep;
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_non_null(
                strstr(fake_log(), "node 0: 5 huge pages are still in use; they stay as surplus"));
        assert_pools(0, 0);
}

/* What a stop asks once the mounts are gone, without having unmounted any. */
static int check_in_use(void)
{
        const struct ledger_domain domain = { .name = (char *) "a",
                                              .mount[PAGE_HUGE] = true,
                                              .mount_id[PAGE_HUGE].mark = 1 };
        const struct unmounted ends = {};
        struct blockers blockers = {};
        int r = pages_in_use_check(&machine, &domain, &ends, &blockers);

        blockers_done(&blockers);
        return r;
}

/* Whether a release was killed at that event. */
static bool release_killed_at(unsigned event)
{
        pid_t pid = fork();
        int status = 0;

        if (pid == 0) {
                fake_kernel.events = 0;
                fake_kernel.kill_at = event;
                (void) release_reservation(&machine, "a", PAGE_HUGE);
                _exit(EXIT_SUCCESS);
        }
        assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
        return WIFSIGNALED(status);
}

/* Pages that a killed release had given back are not in use, wherever it was killed. */
static void test_killed_release_leaves_nothing_in_use(void **state)
{
        unsigned event = 1;

        for (bool killed = true; killed; event++) {
                assert_int_equal(reserve("a", "0:8"), 0);
                killed = release_killed_at(event);
                assert_int_equal(check_in_use(), 0);
                assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
                assert_pools(0, 0);
        }
        assert_true(event > 3);
}

static void test_pages_in_use_without_a_mount(void **state)
{
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_int_equal(check_in_use(), 0);
        fake_pool_set(&machine, 0, PAGE_HUGE, 8, 3, 0);
        assert_int_equal(check_in_use(), -EBUSY);
        /* Somebody has written 0 into the pool: what is in use is surplus. */
        fake_pool_set(&machine, 0, PAGE_HUGE, 5, 0, 5);
        assert_int_equal(check_in_use(), -EBUSY);
        /* The same when nothing was in use. */
        fake_pool_set(&machine, 0, PAGE_HUGE, 0, 0, 0);
        assert_int_equal(check_in_use(), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_killed_release_leaves_nothing_in_use),
                TEST(test_pages_in_use_without_a_mount),
                TEST(test_reserve_and_release),
                TEST(test_surplus_elsewhere_on_old_kernels),
                TEST(test_over_allocation_is_accounted_for),
                TEST(test_release_leaves_users_alone),
                TEST(test_release_leaves_no_free_surplus),
                TEST(test_release_after_somebody_shrank_the_pool),
                TEST(test_bad_record_stops_everything),
                TEST(test_absolute_writer),
                TEST(test_absolute_writer_with_pages_in_use),
                TEST(test_absolute_writer_who_wants_less),
                TEST(test_absolute_writer_and_two_domains),
                TEST(test_pages_that_stay),
                TEST(test_release_is_one_write),
                TEST(test_others_add_while_a_release_waits),
                TEST(test_pinned_pages_are_not_waited_for),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

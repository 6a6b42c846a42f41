/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Free huge pages of our own keep the kernel from making gigantic ones: they are lent, and allocated again
 * whatever happens in between. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/pools/acts.h"

static int reserve_gigantic(void)
{
        struct reservation_request request = request_for("b", "0:1");

        request.type = PAGE_GIGANTIC;
        request.size = page_size_default(PAGE_GIGANTIC);
        return make(request);
}

static void test_allocates_them_again(void **state)
{
        fake_kernel.room[0] = 700;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(reserve_gigantic(), 0);
        assert_int_equal(fake_pool(&machine, 0, PAGE_GIGANTIC), 1);
        assert_pools(100, 0);
        assert_non_null(strstr(fake_log(), "100 free huge pages that fd-shmem holds are released"));
}

static void test_no_room_for_both(void **state)
{
        fake_kernel.room[0] = 600;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(reserve_gigantic(), -ENOSPC);
        assert_int_equal(fake_pool(&machine, 0, PAGE_GIGANTIC), 0);
        assert_pools(100, 0);
}

static void test_leaves_what_others_hold(void **state)
{
        fake_kernel.room[0] = 700;
        fake_pool_set(&machine, 0, PAGE_HUGE, 100, 100, 0);
        assert_int_equal(reserve_gigantic(), -ENOSPC);
        assert_pools(100, 0);
        assert_null(strstr(fake_log(), "released for a moment"));
}

static void test_leaves_what_is_promised(void **state)
{
        fake_kernel.room[0] = 700;
        assert_int_equal(reserve("a", "0:100"), 0);
        fake_kernel.reserved = 100;
        fake_pool_set(&machine, 0, PAGE_HUGE, 100, 100, 0);
        assert_int_equal(reserve_gigantic(), -ENOSPC);
        assert_pools(100, 0);
        assert_null(strstr(fake_log(), "released for a moment"));
}

/* There is room for two gigantic pages, but not for the huge ones beside the second. */
static void test_gives_up_as_many_as_it_takes(void **state)
{
        struct reservation_request request = request_for("b", "0:2");

        request.type = PAGE_GIGANTIC;
        request.size = page_size_default(PAGE_GIGANTIC);
        request.policy.shortage = SHORTAGE_CONTINUE;
        fake_kernel.room[0] = 1100;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(make(request), 0);
        assert_int_equal(fake_pool(&machine, 0, PAGE_GIGANTIC), 1);
        assert_pools(100, 0);
        assert_record("a", 0, 100, 0, 100);
        assert_non_null(strstr(fake_log(), "1 gigantic pages released"));
}

static void test_not_without_defrag(void **state)
{
        struct reservation_request request = request_for("b", "0:1");

        request.type = PAGE_GIGANTIC;
        request.size = page_size_default(PAGE_GIGANTIC);
        request.machine_policy.defrag = DEFRAG_NEVER;
        fake_kernel.room[0] = 600;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(make(request), -ENOSPC);
        assert_pools(100, 0);
        assert_null(strstr(fake_log(), "released for a moment"));
}

static int cancel_while_lent(const struct grow_progress *progress, void *userdata)
{
        return fake_pool(&machine, 0, PAGE_HUGE) < 100 ? -ECANCELED : 0;
}

static void test_cancelled_while_lent(void **state)
{
        struct reservation_request request = request_for("b", "0:1");

        request.type = PAGE_GIGANTIC;
        request.size = page_size_default(PAGE_GIGANTIC);
        request.watch.progress = cancel_while_lent;
        fake_kernel.room[0] = 700;
        assert_int_equal(reserve("a", "0:100"), 0);
        assert_int_equal(make(request), -ECANCELED);
        assert_int_equal(fake_pool(&machine, 0, PAGE_GIGANTIC), 0);
        assert_pools(100, 0);
        assert_non_null(strstr(fake_log(), "released for a moment"));
}

/* The borrower is killed at every step; the next helper finds the huge pages where they were. */
static void test_killed_while_lent(void **state)
{
        bool done = false;
        unsigned step = 0;

        while (!done) {
                int status;
                pid_t pid;

                fake_machine_close(&machine);
                fake_machine_open(&machine);
                fake_kernel.room[0] = 700;
                assert_int_equal(reserve("a", "0:100"), 0);
                pid = fork();
                if (pid == 0) {
                        fake_kernel.events = 0;
                        fake_kernel.kill_at = step + 1;
                        _exit(reserve_gigantic() == 0 ? 0 : 1);
                }
                step++;
                assert_int_equal(waitpid(pid, &status, 0), pid);
                done = !WIFSIGNALED(status);
                assert_true(!done || WEXITSTATUS(status) == 0);

                assert_int_equal(reserve("a", "0:100"), 0);
                assert_pools(100, 0);
                assert_record("a", 0, 100, 0, 100);
        }
        assert_true(step > 12);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_allocates_them_again),         TEST(test_no_room_for_both),
                TEST(test_gives_up_as_many_as_it_takes), TEST(test_leaves_what_others_hold),
                TEST(test_leaves_what_is_promised),      TEST(test_not_without_defrag),
                TEST(test_cancelled_while_lent),         TEST(test_killed_while_lent),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

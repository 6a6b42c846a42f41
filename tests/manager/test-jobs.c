/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Jobs and properties of a service manager that answers early, late, otherwise, or no more. */

#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>

#include <cmocka.h>

#include "tests/manager/fake-manager.h"

#define UNIT "fd-shmem-teardown@d.service"

/* Nothing here takes that long unless it is wrong. */
#define PLENTY (20 * UINT64_C(1000000))

static int start_unit(uint64_t usec)
{
        return manager_run_job(fake_bus, "StartUnit", UNIT, "replace", usec);
}

static void test_done(void **state)
{
        fake_unit(UNIT, "inactive");
        assert_int_equal(start_unit(PLENTY), 0);
        assert_string_equal(fake_manager.orders, "StartUnit " UNIT " replace\n");
}

/* The signal comes before the reply that tells the job's name. */
static void end_own_job_early(const char *method, const char *unit)
{
        if (strcmp(method, "StartUnit") == 0)
                fake_job_ends(12, unit, "done");
}

static void test_done_before_the_reply(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.result = NULL;
        fake_manager.before_reply = end_own_job_early;
        assert_int_equal(start_unit(PLENTY), 0);
}

/* Another job's name begins with ours, and it ends first. */
static void end_longer_name_first(const char *method, const char *unit)
{
        fake_job_ends(123, "other.service", "failed");
        fake_job_ends(12, unit, "done");
        fake_job_ends(124, "other.service", "canceled");
}

static void test_names_that_begin_alike(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.result = NULL;
        fake_manager.after_reply = end_longer_name_first;
        assert_int_equal(start_unit(PLENTY), 0);

        fake_manager.after_reply = NULL;
        fake_manager.before_reply = end_longer_name_first;
        assert_int_equal(start_unit(200000), -ETIMEDOUT); /* now it is number 13 */
}

/* Many others end before ours: none of them counts. */
static void end_many_others(const char *method, const char *unit)
{
        for (unsigned id = 100; id < 400; id++)
                fake_job_ends(id, "other.service", "failed");
        fake_job_ends(1, unit, "failed");
        fake_job_ends(12, unit, "done");
}

static void test_among_many(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.result = NULL;
        fake_manager.before_reply = end_many_others;
        assert_int_equal(start_unit(PLENTY), 0);
}

static void test_results(void **state)
{
        static const struct {
                const char *text;
                int r;
        } results[] = {
                { "done", 0 },       { "canceled", -ECANCELED }, { "failed", -EIO },
                { "timeout", -EIO }, { "dependency", -EIO },     { "skipped", -EIO },
                { "assert", -EIO },  { "collected", -EIO },      { "once", -EIO },
        };

        fake_unit(UNIT, "inactive");
        for (size_t i = 0; i < ELEMENTSOF(results); i++) {
                fake_manager.result = results[i].text;
                assert_int_equal(start_unit(PLENTY), results[i].r);
        }
}

static void test_never_done(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.result = NULL;
        assert_int_equal(start_unit(50000), -ETIMEDOUT);
}

/* Signals that have nothing to do with it neither end the wait nor prolong it. */
static void send_signals(const char *method, const char *unit)
{
        for (int i = 0; i < 50; i++)
                fake_signal();
}

static void test_never_done_among_signals(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.result = NULL;
        fake_manager.after_reply = send_signals;
        assert_int_equal(start_unit(50000), -ETIMEDOUT);
}

static void lose(const char *method, const char *unit)
{
        fake_disconnect();
}

static void assert_lost(int r)
{
        assert_true(r == -ECONNRESET || r == -ENOTCONN || r == -EPIPE);
}

static void test_lost_before_the_reply(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.before_reply = lose;
        assert_lost(start_unit(PLENTY));
        assert_lost(start_unit(PLENTY));
        assert_lost(manager_queue_job(fake_bus, "StopUnit", UNIT, "replace"));
}

static void test_lost_after_the_reply(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.result = NULL;
        fake_manager.after_reply = lose;
        assert_lost(start_unit(PLENTY));
        assert_lost(manager_wait_for_change(fake_bus, PLENTY));
}

static void test_mute(void **state)
{
        fake_unit(UNIT, "inactive");
        fake_manager.mute = true;
        sd_bus_set_method_call_timeout(fake_bus, 50000);
        assert_int_equal(start_unit(PLENTY), -ETIMEDOUT);
}

/* Several at once, which end in another order, the names of others before and among them. */
static void end_in_disorder(const char *method, const char *unit)
{
        if (strcmp(method, "StopUnit") != 0)
                return;
        fake_job_ends(123, "other.service", "failed");
        fake_job_ends(13, "b.service", "failed");
        fake_job_ends(12, "a.service", "done");
}

static void test_several_jobs(void **state)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};

        fake_unit("a.service", "inactive");
        fake_unit("b.service", "active");
        fake_manager.result = NULL;
        fake_manager.before_reply = end_in_disorder;
        assert_true(manager_jobs_begin(fake_bus, &jobs) >= 0);
        assert_int_equal(manager_jobs_add(fake_bus, &jobs, "StartUnit", "a.service", "replace"), 0);
        assert_int_equal(manager_jobs_add(fake_bus, &jobs, "StopUnit", "b.service", "replace"), 0);
        assert_int_equal(manager_jobs_wait(fake_bus, &jobs, NULL, NULL), 0);
        assert_true(manager_jobs_succeeded(&jobs, "a.service"));
        assert_false(manager_jobs_succeeded(&jobs, "b.service"));
        assert_false(manager_jobs_succeeded(&jobs, "c.service"));
        assert_string_equal(fake_manager.orders,
                            "StartUnit a.service replace\nStopUnit b.service replace\n");
}

/* The number of another job begins with that of one of ours, and it ends first; one of ours ends before
 * the reply that tells its name; another with the result of the first would be taken for done. */
static void end_among_longer_names(const char *method, const char *unit)
{
        if (strcmp(unit, "a.service") == 0) {
                fake_job_ends(121, "other.service", "done");
                fake_job_ends(12, unit, "failed");
                return;
        }
        fake_job_ends(1, "other.service", "failed");
        fake_job_ends(130, "other.service", "failed");
        fake_job_ends(13, unit, "done");
}

static void test_several_jobs_among_longer_names(void **state)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};

        fake_unit("a.service", "inactive");
        fake_unit("b.service", "inactive");
        fake_manager.result = NULL;
        fake_manager.before_reply = end_among_longer_names;
        assert_true(manager_jobs_begin(fake_bus, &jobs) >= 0);
        assert_int_equal(manager_jobs_add(fake_bus, &jobs, "StartUnit", "a.service", "replace"), 0);
        assert_int_equal(manager_jobs_add(fake_bus, &jobs, "StartUnit", "b.service", "replace"), 0);
        assert_int_equal(manager_jobs_wait(fake_bus, &jobs, NULL, NULL), 0);
        assert_string_equal(jobs.items[0].result, "failed");
        assert_string_equal(jobs.items[1].result, "done");
        assert_false(manager_jobs_succeeded(&jobs, "a.service"));
        assert_true(manager_jobs_succeeded(&jobs, "b.service"));
}

static bool enough(void *userdata)
{
        return ++*(unsigned *) userdata < 3;
}

static void test_several_jobs_given_up(void **state)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        unsigned asked = 0;

        fake_unit("a.service", "inactive");
        fake_manager.result = NULL;
        fake_manager.after_reply = send_signals;
        assert_true(manager_jobs_begin(fake_bus, &jobs) >= 0);
        assert_int_equal(manager_jobs_add(fake_bus, &jobs, "StartUnit", "a.service", "replace"), 0);
        assert_int_equal(manager_jobs_wait(fake_bus, &jobs, enough, &asked), -EINTR);
        assert_false(manager_jobs_succeeded(&jobs, "a.service"));
}

static void test_several_jobs_lost(void **state)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};

        fake_unit("a.service", "inactive");
        fake_manager.result = NULL;
        fake_manager.after_reply = lose;
        assert_true(manager_jobs_begin(fake_bus, &jobs) >= 0);
        assert_int_equal(manager_jobs_add(fake_bus, &jobs, "StartUnit", "a.service", "replace"), 0);
        assert_lost(manager_jobs_wait(fake_bus, &jobs, NULL, NULL));
        assert_lost(manager_reload(fake_bus, PLENTY));
}

static void test_busy_units(void **state)
{
        char **list = NULL;

        assert_int_equal(manager_busy_units(fake_bus, &list), 0);
        assert_null(list);
        fake_unit("fd-shmem@d.target", "inactive")->job = "start";
        fake_unit("fd-shmem-setup@d.service", "inactive");
        fake_unit("other.service", "inactive")->job = "start";
        assert_int_equal(manager_busy_units(fake_bus, &list), 0);
        assert_string_equal(list[0], "fd-shmem@d.target");
        assert_null(list[1]);
        string_list_free(list);
        assert_true(manager_reload(fake_bus, PLENTY) >= 0);
        assert_string_equal(fake_manager.orders, "Reload \n");
}

static void test_unknown_unit(void **state)
{
        char *text = NULL, **list = NULL;

        assert_true(start_unit(PLENTY) < 0);
        assert_int_equal(manager_unit_string(fake_bus, UNIT, "ActiveState", &text), -ENOENT);
        assert_int_equal(manager_unit_list(fake_bus, UNIT, "Before", &list), -ENOENT);
        assert_int_equal(manager_job_type(fake_bus, UNIT, &text), -ENOENT);
        assert_int_equal(manager_load_state(fake_bus, UNIT, &text), 0);
        assert_string_equal(text, "not-found");
        free(text);
}

static void test_no_bus(void **state)
{
        char *text, **list;
        sd_bus *none = NULL;

        assert_int_equal(manager_run_job(NULL, "StartUnit", UNIT, "replace", PLENTY), -ENOTCONN);
        assert_int_equal(manager_queue_job(NULL, "StartUnit", UNIT, "replace"), -ENOTCONN);
        assert_int_equal(manager_wait_for_change(NULL, PLENTY), -ENOTCONN);
        assert_int_equal(manager_reset_failed(NULL, UNIT), -ENOTCONN);
        assert_int_equal(manager_unit_string(NULL, UNIT, "Id", &text), -ENOTCONN);
        assert_int_equal(manager_load_state(NULL, UNIT, &text), -ENOTCONN);
        assert_int_equal(manager_job_type(NULL, UNIT, &text), -ENOTCONN);
        assert_int_equal(manager_unit_list(NULL, UNIT, "Before", &list), -ENOTCONN);
        assert_int_equal(manager_stopping_units(NULL, &list), -ENOTCONN);
        manager_disconnect(&none);
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, fake_manager_start, fake_manager_stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_done),
                with_manager(test_done_before_the_reply),
                with_manager(test_names_that_begin_alike),
                with_manager(test_among_many),
                with_manager(test_results),
                with_manager(test_never_done),
                with_manager(test_never_done_among_signals),
                with_manager(test_lost_before_the_reply),
                with_manager(test_lost_after_the_reply),
                with_manager(test_mute),
                with_manager(test_several_jobs),
                with_manager(test_several_jobs_among_longer_names),
                with_manager(test_several_jobs_given_up),
                with_manager(test_several_jobs_lost),
                with_manager(test_busy_units),
                with_manager(test_unknown_unit),
                cmocka_unit_test(test_no_bus),
        };

        return cmocka_run_group_tests_name("manager", tests, NULL, NULL);
}

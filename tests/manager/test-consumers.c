/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A teardown waits for whoever is in the middle of a start of the domain, and for whoever uses it and is
 * being stopped; and for nobody else. */

#include "helpers/modules/manager/consumers.h"
#include "helpers/modules/manager/dependents.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/log.h"
#include "tests/manager/fake-manager.h"
#include "tests/manager/notified.h"

#define PREPARE "fd-shmem-prepare@d.service"
#define HUGE    "fd-shmem-reserve@d:huge.service"

static char name[] = "d", base[] = "/mnt/.fd";
static const struct ledger_domain domain = { .name = name, .path = base };
static char logged[1024];

static void sink(int level, const char *message, void *userdata)
{
        strncat(logged, message, sizeof(logged) - strlen(logged) - 1);
}

static int start(void **state)
{
        log_set_sink(sink, NULL);
        logged[0] = '\0';
        (void) notified();
        return fake_manager_start(state);
}

static void test_nobody_starts(void **state)
{
        fake_unit(PREPARE, "active");
        assert_int_equal(consumers_wait_for_start(fake_bus, &domain), 0);
        assert_string_equal(fake_manager.orders, "");
        assert_string_equal(notified(), "");
}

/* Something happens all the time: whoever waits is woken at once. */
static void go_on(void)
{
        notified_collect();
        fake_signal();
}

/* Two units start one after the other: the preparation ends well, the reservation fails. */
static void start_in_turn(const char *method, const char *unit)
{
        go_on();
        if (fake_manager.questions == 3) {
                fake_unit(PREPARE, "active");
                fake_unit(HUGE, "activating");
        }
        if (fake_manager.questions == 12)
                fake_unit(HUGE, "failed");
}

static void test_starts_in_turn(void **state)
{
        fake_unit(PREPARE, "activating");
        fake_manager.after_reply = start_in_turn;
        assert_int_equal(consumers_wait_for_start(fake_bus, &domain), 0);
        assert_string_equal(fake_manager.orders,
                            "ResetFailedUnit " PREPARE "\nResetFailedUnit " HUGE "\n");
        const char *told = notified();
        assert_non_null(strstr(told, "STATUS=Waiting for " PREPARE " to finish starting"));
        assert_non_null(strstr(told, "STATUS=Waiting for " HUGE " to finish starting"));
        assert_non_null(strstr(told, "EXTEND_TIMEOUT_USEC="));
}

static void lose_at_third(const char *method, const char *unit)
{
        go_on();
        if (fake_manager.questions >= 3)
                fake_disconnect();
}

static void test_lost_while_starting(void **state)
{
        fake_unit(PREPARE, "activating");
        fake_manager.before_reply = lose_at_third;
        assert_true(consumers_wait_for_start(fake_bus, &domain) < 0);
        assert_non_null(strstr(logged, "Cannot ask systemd which units are starting: "));
}

static void domain_with_consumers(void)
{
        fake_unit("fd-shmem@d.target", "active")->before =
                "fd-shmem.target fd-shmem-teardown@d.service app.service";
        fake_unit("mnt-.fd-.huge.mount", "active")->before = "fd-shmem@d.target mapper.service";
        fake_unit("fd-shmem-teardown@d.service", "active")->after =
                "fd-shmem@d.target mnt-.fd-.huge.mount srv.mount";
        fake_unit("srv.mount", "active")->job = "stop"; /* makes up the domain */
        fake_unit("other.service", "active")->job = "stop";
        fake_unit("fd-shmem-reset@d.service", "active")->job = "stop";
}

static void test_nobody_stops(void **state)
{
        domain_with_consumers();
        fake_unit("app.service", "active")->job = "start";
        assert_int_equal(consumers_wait_for_stop(fake_bus, &domain), 0);
        assert_string_equal(notified(), "");
        assert_string_equal(fake_manager.orders, "");
}

/* The first consumer is stopped, then the second, that only uses a mount, is to be restarted. */
static void stop_in_turn(const char *method, const char *unit)
{
        static unsigned lists;

        if (strcmp(method, "ListJobs") != 0)
                return;
        go_on();
        if (++lists == 3) {
                fake_unit("app.service", "inactive");
                fake_unit("mapper.service", "active")->job = "restart";
        }
        if (lists == 6)
                fake_unit("mapper.service", "inactive")->job = "start";
}

static void test_stops_in_turn(void **state)
{
        domain_with_consumers();
        fake_unit("app.service", "deactivating")->job = "stop";
        fake_manager.after_reply = stop_in_turn;
        assert_int_equal(consumers_wait_for_stop(fake_bus, &domain), 0);
        const char *told = notified();
        assert_non_null(strstr(told, "STATUS=Waiting for app.service to stop\n"));
        assert_non_null(strstr(told, "STATUS=Waiting for mapper.service to stop\n"));
        assert_null(strstr(told, "other.service"));
        assert_null(strstr(told, "srv.mount"));
        assert_null(strstr(told, "reset"));
}

static void stop_late(const char *method, const char *unit)
{
        if (strcmp(method, "ListJobs") != 0)
                return;
        go_on();
        fake_unit("late.service", "inactive");
}

/* Who is ordered after the target of all late domains alone is a consumer like those after that of all. */
static void test_after_late_target(void **state)
{
        domain_with_consumers();
        fake_unit("fd-shmem-late.target", "active")->before = "late.service";
        fake_unit("late.service", "deactivating")->job = "stop";
        fake_manager.after_reply = stop_late;
        assert_int_equal(consumers_wait_for_stop(fake_bus, &domain), 0);
        assert_non_null(strstr(notified(), "STATUS=Waiting for late.service to stop\n"));
}

static void test_lost_while_stopping(void **state)
{
        domain_with_consumers();
        fake_unit("app.service", "deactivating")->job = "stop";
        fake_manager.before_reply = lose_at_third;
        assert_true(consumers_wait_for_stop(fake_bus, &domain) < 0);
        assert_non_null(strstr(logged, "Cannot ask systemd which units are stopping: "));
}

/* Nothing of the domain is loaded, as after an edit and a reload: nobody can be ordered after it. */
static void test_nothing_loaded(void **state)
{
        fake_unit("other.service", "active")->job = "stop";
        assert_int_equal(consumers_wait_for_start(fake_bus, &domain), 0);
        assert_int_equal(consumers_wait_for_stop(fake_bus, &domain), 0);
}

/* Whom a stop of the domain takes along: by one step or several, those that are up, each once. */
static void test_dependents(void **state)
{
        char **list = NULL;

        fake_unit("fd-shmem@d.target", "active")->required_by = "app.service idle.service";
        fake_unit("mnt-.fd-.huge.mount", "active")->required_by =
                "fd-shmem@d.target app.service fd-shmem-setup@d.service";
        fake_unit("app.service", "active")->consists_of = "b.service app.service";
        fake_unit("b.service", "activating")->required_by = "app.service a.service";
        fake_unit("a.service", "active");
        fake_unit("idle.service", "inactive")->required_by = "behind.service";
        fake_unit("behind.service", "failed");
        assert_int_equal(dependents_find(fake_bus, &domain, &list), 0);
        assert_string_equal(list[0], "a.service");
        assert_string_equal(list[1], "app.service");
        assert_string_equal(list[2], "b.service");
        assert_null(list[3]);
        string_list_free(list);
        assert_int_equal(dependents_find(NULL, &domain, &list), 0);
        assert_null(list[0]);
        string_list_free(list);
}

static void test_without_systemd(void **state)
{
        assert_int_equal(consumers_wait_for_start(NULL, &domain), 0);
        assert_int_equal(consumers_wait_for_stop(NULL, &domain), 0);
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, start, fake_manager_stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_nobody_starts),       with_manager(test_starts_in_turn),
                with_manager(test_lost_while_starting), with_manager(test_nobody_stops),
                with_manager(test_stops_in_turn),       with_manager(test_lost_while_stopping),
                with_manager(test_after_late_target),   with_manager(test_dependents),
                with_manager(test_nothing_loaded),      cmocka_unit_test(test_without_systemd),
        };

        return cmocka_run_group_tests_name("consumers", tests, notified_open, notified_close);
}

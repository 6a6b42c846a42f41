/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What systemd believes about a domain is put right, and nothing else is touched: every order that it
 * gets is compared. */

#include "helpers/modules/manager/unit-sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/log.h"
#include "helpers/modules/manager/domain-parts.h"
#include "tests/manager/fake-manager.h"

#define TARGET   "fd-shmem@d.target"
#define PREPARE  "fd-shmem-prepare@d.service"
#define GIGANTIC "fd-shmem-reserve@d:gigantic.service"
#define HUGE     "fd-shmem-reserve@d:huge.service"
#define SETUP    "fd-shmem-setup@d.service"
#define TEARDOWN "fd-shmem-teardown@d.service"
#define WATCHER  "fd-shmem-leftover@d.path"
#define LEFTOVER "fd-shmem-leftover@d.service"
#define ROLLBACK "fd-shmem-rollback@d.service"
#define MOUNT    "mnt-.fd-.huge.mount"

static char name[] = "d", base[] = "/mnt/.fd";
static const struct ledger_domain domain = { .name = name, .path = base };

#define FORGET_FAILURES                             \
        "ResetFailedUnit mnt-.fd-.normal.mount\n"   \
        "ResetFailedUnit mnt-.fd-.huge.mount\n"     \
        "ResetFailedUnit mnt-.fd-.gigantic.mount\n" \
        "ResetFailedUnit " TEARDOWN "\n"            \
        "ResetFailedUnit " ROLLBACK "\n"            \
        "ResetFailedUnit " LEFTOVER "\n"

static void all_units(const char *state)
{
        static const char *names[] = { TARGET, PREPARE, GIGANTIC, HUGE, SETUP, TEARDOWN, MOUNT };

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                fake_unit(names[i], state);
}

/* As the generator extends a unit of a declared domain. */
#define DROP_IN "/run/systemd/generator/x.d/50-fd-shmem.conf"

static void declare(void)
{
        static const char *names[] = { PREPARE, GIGANTIC, HUGE };

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                fake_unit(names[i], "inactive")->drop_ins = "/etc/x.d/a.conf " DROP_IN;
}

static const char *orders(void)
{
        static char last[sizeof(fake_manager.orders)];

        strcpy(last, fake_manager.orders);
        fake_manager.orders[0] = '\0';
        return last;
}

static void test_states(void **state)
{
        struct fake_unit *unit = fake_unit(TEARDOWN, "active");

        assert_true(unit_sync_is_up(fake_bus, "d"));
        assert_false(unit_sync_restart_is_queued(fake_bus, "d"));
        assert_false(unit_sync_start_is_queued(fake_bus, "d"));
        unit->job = "restart";
        assert_true(unit_sync_restart_is_queued(fake_bus, "d"));
        unit->job = "start";
        assert_false(unit_sync_restart_is_queued(fake_bus, "d"));
        assert_false(unit_sync_start_is_queued(fake_bus, "d"));
        unit->active_state = "deactivating";
        assert_true(unit_sync_start_is_queued(fake_bus, "d"));
        assert_false(unit_sync_is_up(fake_bus, "d"));
        unit->job = "stop";
        assert_false(unit_sync_start_is_queued(fake_bus, "d"));
        assert_false(unit_sync_restart_is_queued(fake_bus, "d"));
        /* Another domain, whose units are not loaded. */
        assert_false(unit_sync_is_up(fake_bus, "dd"));
        assert_false(unit_sync_restart_is_queued(fake_bus, "dd"));
        assert_false(unit_sync_start_is_queued(fake_bus, "dd"));
        assert_string_equal(orders(), "");
}

static void test_without_systemd(void **state)
{
        assert_false(unit_sync_is_up(NULL, "d"));
        assert_false(unit_sync_restart_is_queued(NULL, "d"));
        assert_false(unit_sync_start_is_queued(NULL, "d"));
        assert_true(unit_sync_reservation_is_declared(NULL, "d", PAGE_HUGE));
        unit_sync_before_start(NULL, "d");
        unit_sync_after_start(NULL, "d");
        unit_sync_stop_preparation(NULL, "d");
        unit_sync_after_stop(NULL, &domain);
}

static void test_declared(void **state)
{
        fake_unit(GIGANTIC, "inactive")->drop_ins = "/etc/x.d/50-fd-shmem.conf.d";
        assert_false(unit_sync_reservation_is_declared(fake_bus, "d", PAGE_GIGANTIC));
        assert_false(unit_sync_reservation_is_declared(fake_bus, "d", PAGE_HUGE)); /* not found */
        assert_false(unit_sync_domain_is_declared(fake_bus, "d"));
        declare();
        assert_true(unit_sync_reservation_is_declared(fake_bus, "d", PAGE_HUGE));
        assert_true(unit_sync_reservation_is_declared(fake_bus, "d", PAGE_GIGANTIC));
        assert_true(unit_sync_domain_is_declared(fake_bus, "d"));
}

static void test_start_of_what_is_down(void **state)
{
        all_units("inactive");
        unit_sync_before_start(fake_bus, "d");
        assert_string_equal(orders(), "");
        unit_sync_after_start(fake_bus, "d");
        assert_string_equal(orders(), "ResetFailedUnit " LEFTOVER "\n");
}

static void test_start_ends_an_unfinished_teardown(void **state)
{
        all_units("inactive");
        fake_unit(LEFTOVER, "active");
        unit_sync_before_start(fake_bus, "d");
        assert_string_equal(orders(), "StopUnit " LEFTOVER " replace\n");
}

/* What is active already would not be started again; the target restarts it, once. */
static void test_start_that_overtakes_a_stop(void **state)
{
        all_units("inactive");
        fake_unit(HUGE, "active")->drop_ins = DROP_IN;
        unit_sync_before_start(fake_bus, "d");
        assert_string_equal(orders(), "RestartUnit " TARGET " replace\n");
}

static void test_start_of_what_has_jobs(void **state)
{
        all_units("inactive");
        fake_unit(HUGE, "active")->job = "stop";
        fake_unit(SETUP, "active")->job = "restart";
        fake_unit(MOUNT, "active"); /* a mount is the kernel's business */
        unit_sync_before_start(fake_bus, "d");
        assert_string_equal(orders(), "");

        /* Not declared any more. */
        fake_unit(GIGANTIC, "active");
        unit_sync_before_start(fake_bus, "d");
        assert_string_equal(orders(), "");
}

/* A restart takes back what is declared no more: its restart becomes a stop. */
static void test_restart_of_what_was_dropped(void **state)
{
        all_units("active");
        declare();
        fake_unit(HUGE, "deactivating")->job = "restart";
        assert_true(unit_sync_stop_undeclared(fake_bus, "d"));
        assert_string_equal(orders(), "StopUnit " HUGE " replace\n");

        all_units("active");
        fake_unit(TARGET, "inactive")->job = "restart";
        fake_unit(SETUP, "inactive")->job = "restart";
        fake_unit(TEARDOWN, "deactivating")->job = "restart";
        fake_unit(PREPARE, "inactive")->job = "stop";
        assert_false(unit_sync_stop_undeclared(fake_bus, "d"));
        assert_string_equal(orders(), "StopUnit " TARGET " replace\n"
                                      "StopUnit " SETUP " replace\n"
                                      "StopUnit " TEARDOWN " replace\n");
}

static void test_retiring(void **state)
{
        fake_unit(PREPARE, "inactive");
        unit_sync_stop_preparation(fake_bus, "d");
        assert_string_equal(orders(), "");

        fake_unit(PREPARE, "active");
        unit_sync_stop_preparation(fake_bus, "d");
        assert_string_equal(orders(), "StopUnit " PREPARE " ignore-dependencies\n");

        fake_unit(PREPARE, "active")->job = "stop";
        unit_sync_stop_preparation(fake_bus, "d");
        assert_string_equal(orders(), "StopUnit " PREPARE " ignore-dependencies\n");

        /* A start that is queued makes everything anew. */
        fake_unit(PREPARE, "active")->job = "start";
        unit_sync_stop_preparation(fake_bus, "d");
        assert_string_equal(orders(), "");
}

static void test_stopped(void **state)
{
        all_units("inactive");
        unit_sync_after_stop(fake_bus, &domain);
        assert_string_equal(orders(), FORGET_FAILURES);
}

static void test_stopped_by_hand(void **state)
{
        all_units("active");
        fake_unit(WATCHER, "active");
        fake_unit(SETUP, "active")->job = "stop";
        unit_sync_after_stop(fake_bus, &domain);
        assert_string_equal(orders(), "StopUnit " WATCHER " replace\n" FORGET_FAILURES
                                      "StopUnit " TARGET " replace\n"
                                      "StopUnit " PREPARE " replace\n"
                                      "StopUnit " GIGANTIC " replace\n"
                                      "StopUnit " HUGE " replace\n"
                                      "StopUnit " MOUNT " replace\n");
}

static void test_stop_that_was_overtaken(void **state)
{
        all_units("inactive");
        fake_unit(TEARDOWN, "deactivating")->job = "start";
        fake_unit(SETUP, "active");
        unit_sync_after_stop(fake_bus, &domain);
        assert_string_equal(orders(), FORGET_FAILURES "RestartUnit " TARGET " replace\n");

        /* It is overtaken in the middle of the questions: the job is replaced before ours is queued. */
        fake_unit(TARGET, "inactive");
        fake_unit(SETUP, "active")->job = "restart";
        unit_sync_after_stop(fake_bus, &domain);
        assert_string_equal(orders(), FORGET_FAILURES);
}

static unsigned questions_until_lost;

static void lose_later(const char *method, const char *unit)
{
        if (fake_manager.questions > questions_until_lost)
                fake_disconnect();
}

/* The connection is lost after each number of answers: everything ends, and what has not been told is
 * not acted on. */
static void test_lost_anywhere(void **state)
{
        bool lost = true;

        for (questions_until_lost = 0; lost; questions_until_lost++) {
                all_units("active");
                fake_manager.before_reply = lose_later;
                unit_sync_before_start(fake_bus, "d");
                unit_sync_stop_preparation(fake_bus, "d");
                unit_sync_after_stop(fake_bus, &domain);
                unit_sync_after_start(fake_bus, "d");
                lost = fake_manager.questions > questions_until_lost;
                if (questions_until_lost == 0)
                        assert_string_equal(fake_manager.orders, "");
                fake_manager_stop(NULL);
                assert_int_equal(fake_manager_start(NULL), 0);
        }
        assert_true(questions_until_lost > 10);
}

static void test_names(void **state)
{
        _cleanup_domain_parts_ struct domain_parts parts = {}, unknown = {}, deep = {};
        struct ledger_domain long_path = { .name = name };
        char path[300] = "/mnt/";

        assert_int_equal(domain_parts_list(&domain, &parts), 0);
        assert_int_equal(parts.n, N_DOMAIN_PARTS + N_PAGE_TYPES);
        assert_string_equal(parts.items[0].name, TARGET);
        assert_string_equal(parts.items[N_DOMAIN_PARTS + PAGE_HUGE].name, MOUNT);
        assert_true(parts.items[N_DOMAIN_PARTS + PAGE_HUGE].is_mount);
        assert_false(parts.items[N_DOMAIN_PARTS - 1].is_mount);
        assert_int_equal(domain_parts_list(&(struct ledger_domain){ .name = name }, &unknown), 0);
        assert_int_equal(unknown.n, N_DOMAIN_PARTS);
        /* systemd has no unit of so long a name: there is nothing to ask about. */
        memset(path + 5, 'x', 250);
        long_path.path = path;
        assert_int_equal(domain_parts_list(&long_path, &deep), 0);
        assert_int_equal(deep.n, N_DOMAIN_PARTS);
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, fake_manager_start, fake_manager_stop)

static void drop(int level, const char *message, void *userdata)
{
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_states),
                cmocka_unit_test(test_without_systemd),
                with_manager(test_declared),
                with_manager(test_start_of_what_is_down),
                with_manager(test_start_ends_an_unfinished_teardown),
                with_manager(test_start_that_overtakes_a_stop),
                with_manager(test_start_of_what_has_jobs),
                with_manager(test_restart_of_what_was_dropped),
                with_manager(test_retiring),
                with_manager(test_stopped),
                with_manager(test_stopped_by_hand),
                with_manager(test_stop_that_was_overtaken),
                with_manager(test_lost_anywhere),
                cmocka_unit_test(test_names),
        };

        log_set_sink(drop, NULL);
        return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}

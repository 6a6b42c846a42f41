/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A domain moves in where another moves out: it waits for that one as long as systemd is at it, and
 * for nobody else. */

#include "helpers/modules/manager/departure.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "basic/log.h"
#include "helpers/modules/kernel/machine.h"
#include "tests/manager/fake-manager.h"

static struct machine machine = MACHINE_NULL;
static char directory[] = "/tmp/fd-shmem-test-XXXXXX";
static char logged[512];

static void on_message(int level, const char *message, void *userdata)
{
        snprintf(logged, sizeof(logged), "%s", message);
}

static int setup(void **state)
{
        strcpy(directory + strlen(directory) - 6, "XXXXXX");
        assert_non_null(mkdtemp(directory));
        machine.procfs = open("/proc", O_DIRECTORY | O_CLOEXEC);
        machine.state = open(directory, O_DIRECTORY | O_CLOEXEC);
        logged[0] = '\0';
        log_set_sink(on_message, NULL);
        return fake_manager_start(state);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
        return remove(path);
}

static int teardown(void **state)
{
        machine_close(&machine);
        assert_int_equal(nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
        return fake_manager_stop(state);
}

static void put(const char *name, const char *path)
{
        const struct ledger_domain record = { .name = (char *) name, .path = (char *) path };

        assert_int_equal(ledger_store_domain(&machine, &record), 0);
}

/* What becomes of domain "a" that is to be at PATH. */
static int wait_for(const char *path)
{
        return departure_wait(fake_bus, &machine, "a", path);
}

static void test_nobody_there(void **state)
{
        assert_int_equal(wait_for("/mnt/a"), 0);
        put("a", "/mnt/a");
        put("b", "/mnt/aa");
        put("c", "/mnt/b/a");
        assert_int_equal(wait_for("/mnt/a"), 0);
        assert_int_equal(wait_for("/mnt/b/aa"), 0);
        assert_string_equal(logged, "");
        assert_int_equal(fake_manager.questions, 0);
}

static void test_somebody_there(void **state)
{
        static const char *const paths[] = { "/mnt/b", "/mnt/b/deep", "/mnt" };

        put("b", "/mnt/b");
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                logged[0] = '\0';
                assert_int_equal(wait_for(paths[i]), -EADDRINUSE);
                assert_string_equal(logged, "Domain b is still at /mnt/b; stop it first "
                                            "(\"fd-shmem stop b\"), or restart all");
        }
        assert_int_equal(departure_wait(NULL, &machine, "a", "/mnt/b"), -EADDRINUSE);
        assert_string_equal(fake_manager.orders, "");
}

static void test_made_by_hand(void **state)
{
        put("_mnt-b", "/mnt/b");
        assert_int_equal(wait_for("/mnt/b"), -EADDRINUSE);
        assert_string_equal(logged, "A domain that was made by hand is at /mnt/b; remove it first "
                                    "(\"FD_SHMEM_PATH=/mnt/b fd-shmem fini\")");
}

/* The domain moves away, as its own preparation has it, when systemd was asked for it some times. */
static void move_away(const char *method, const char *unit)
{
        if (fake_manager.questions >= 6)
                put("b", "/mnt/a");
}

static void test_moves_away(void **state)
{
        static const char *const units[] = { "fd-shmem-prepare@b.service",
                                             "fd-shmem-teardown@b.service",
                                             "fd-shmem-rollback@b.service" };

        for (size_t i = 0; i < ELEMENTSOF(units); i++) {
                struct fake_unit *unit = fake_unit(units[i], "activating");

                put("b", "/mnt/b");
                unit->job = "start";
                fake_manager.questions = 0;
                fake_manager.before_reply = move_away;
                assert_int_equal(wait_for("/mnt/b"), 0);
                assert_true(fake_manager.questions >= 6);
                unit->job = NULL;
        }
        assert_string_equal(logged, "");
}

/* Its move fails: it is where it was, and has no job any more. */
static void give_up(const char *method, const char *unit)
{
        if (fake_manager.questions >= 4)
                fake_unit("fd-shmem-prepare@b.service", "failed")->job = NULL;
}

static void test_stays_after_all(void **state)
{
        put("b", "/mnt/b");
        fake_unit("fd-shmem-prepare@b.service", "activating")->job = "start";
        fake_manager.before_reply = give_up;
        assert_int_equal(wait_for("/mnt/b"), -EADDRINUSE);
        assert_true(fake_manager.questions >= 4);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_nobody_there, setup, teardown),
                cmocka_unit_test_setup_teardown(test_somebody_there, setup, teardown),
                cmocka_unit_test_setup_teardown(test_made_by_hand, setup, teardown),
                cmocka_unit_test_setup_teardown(test_moves_away, setup, teardown),
                cmocka_unit_test_setup_teardown(test_stays_after_all, setup, teardown),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* After a soft reboot, domains that have lost mounts or directories with the old root are restarted, and
 * no others. */

#include "helpers/modules/manager/renewal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/ledger/ledger.h"
#include "tests/manager/fake-manager.h"

static struct machine machine = MACHINE_NULL;
static char directory[64], logged[1024];

static void sink(int level, const char *message, void *userdata)
{
        strncat(logged, message, sizeof(logged) - strlen(logged) - 1);
}

/* A domain that is up, by the ledger; nothing of it is there. */
static void domain_up(const char *name)
{
        char path[128];
        struct ledger_domain domain = {
                .name = (char *) name,
                .path = path,
                .mount = { [PAGE_NORMAL] = true },
        };

        snprintf(path, sizeof(path), "%s/base-of-%s", directory, name);
        assert_int_equal(ledger_store_domain(&machine, &domain), 0);
}

static int start(void **state)
{
        strcpy(directory, "/tmp/fd-shmem-test-XXXXXX");
        logged[0] = '\0';
        log_set_sink(sink, NULL);
        assert_non_null(mkdtemp(directory));
        machine.state = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        machine.procfs = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        machine.sysfs = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        domain_up("one");
        domain_up("two");
        return fake_manager_start(state);
}

static int stop(void **state)
{
        assert_int_equal(ledger_remove_domain(machine.state, "one"), 0);
        assert_int_equal(ledger_remove_domain(machine.state, "two"), 0);
        (void) unlinkat(machine.state, "domain", AT_REMOVEDIR);
        (void) unlinkat(machine.state, "handover", AT_REMOVEDIR);
        machine_close(&machine);
        (void) rmdir(directory);
        return fake_manager_stop(state);
}

static void soft_reboot(void)
{
        fake_unit("fd-shmem.target", "active");
        fake_unit("fd-shmem@one.target", "active");
        fake_unit("fd-shmem@two.target", "active");
        fake_manager.system_state = "starting";
}

static void test_lost(void **state)
{
        soft_reboot();
        renewal_run(fake_bus, &machine, UNIT_TARGET);
        assert_string_equal(fake_manager.orders, "RestartUnit fd-shmem@one.target replace\n"
                                                 "RestartUnit fd-shmem@two.target replace\n");
        assert_non_null(strstr(logged, "domain one: kept its pages in the soft reboot"));
}

/* Somebody has stopped it before. */
static void test_one_is_down(void **state)
{
        soft_reboot();
        fake_unit("fd-shmem@one.target", "inactive");
        renewal_run(fake_bus, &machine, UNIT_TARGET);
        assert_string_equal(fake_manager.orders, "RestartUnit fd-shmem@two.target replace\n");
}

static void test_nothing_is_lost(void **state)
{
        soft_reboot();
        assert_int_equal(ledger_remove_domain(machine.state, "one"), 0);
        assert_int_equal(ledger_remove_domain(machine.state, "two"), 0);
        renewal_run(fake_bus, &machine, UNIT_TARGET);
        assert_string_equal(fake_manager.orders, "");
        domain_up("one");
        domain_up("two");
}

static void test_no_soft_reboot(void **state)
{
        soft_reboot();
        fake_manager.system_state = "running";
        renewal_run(fake_bus, &machine, UNIT_TARGET);
        soft_reboot();
        fake_unit("fd-shmem.target", "activating");
        renewal_run(fake_bus, &machine, UNIT_TARGET);
        renewal_run(NULL, &machine, UNIT_TARGET);
        assert_string_equal(fake_manager.orders, "");
        assert_string_equal(logged, "");
}

/* Where there are early domains, the check of those sees to the late ones. */
static void test_late(void **state)
{
        soft_reboot();
        fake_unit("fd-shmem-late.target", "active");
        renewal_run(fake_bus, &machine, UNIT_LATE_TARGET);
        assert_string_equal(fake_manager.orders, "");
        fake_unit("fd-shmem.target", "inactive");
        renewal_run(fake_bus, &machine, UNIT_LATE_TARGET);
        assert_string_equal(fake_manager.orders, "RestartUnit fd-shmem@one.target replace\n"
                                                 "RestartUnit fd-shmem@two.target replace\n");
}

/* It goes while we ask. */
static void remove_target(const char *method, const char *unit)
{
        if (strcmp(method, "ActiveState") == 0 && strcmp(unit, "fd-shmem@one.target") == 0)
                fake_manager.refuse = "RestartUnit";
}

static void test_refused(void **state)
{
        soft_reboot();
        fake_manager.before_reply = remove_target;
        renewal_run(fake_bus, &machine, UNIT_TARGET);
        assert_non_null(strstr(logged, "Cannot restart fd-shmem@one.target: "));
        assert_non_null(strstr(logged, "Cannot restart fd-shmem@two.target: "));
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_lost),
                with_manager(test_one_is_down),
                with_manager(test_nothing_is_lost),
                with_manager(test_no_soft_reboot),
                with_manager(test_late),
                with_manager(test_refused),
        };

        return cmocka_run_group_tests_name("renewal", tests, NULL, NULL);
}

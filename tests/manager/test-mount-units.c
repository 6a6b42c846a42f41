/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* systemd learns late what is mounted: a teardown waits for it, a start puts it right. */

#include "helpers/modules/manager/mount-units.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/log.h"
#include "tests/manager/fake-manager.h"

#define NORMAL "mnt-.fd-.normal.mount"
#define HUGE   "mnt-.fd-.huge.mount"

static char name[] = "d", base[] = "/mnt/.fd";
static const struct ledger_domain domain = {
        .name = name,
        .path = base,
        .mount = { [PAGE_NORMAL] = true, [PAGE_HUGE] = true },
};

static char logged[1024];

static void sink(int level, const char *message, void *userdata)
{
        strncat(logged, message, sizeof(logged) - strlen(logged) - 1);
}

static int start(void **state)
{
        log_set_sink(sink, NULL);
        logged[0] = '\0';
        return fake_manager_start(state);
}

/* systemd sees at the third look that NORMAL has gone. */
static void see_at_third(const char *method, const char *unit)
{
        static unsigned looks;

        if (strcmp(method, "ActiveState") == 0 && strcmp(unit, NORMAL) == 0 && ++looks == 3)
                fake_unit(NORMAL, "inactive");
}

static void test_waits_until_seen(void **state)
{
        fake_unit(NORMAL, "active");
        fake_unit("mnt-.fd-.gigantic.mount", "active"); /* not ours */
        fake_manager.before_reply = see_at_third;
        mount_units_wait_until_gone(fake_bus, &domain);
        assert_true(fake_manager.questions >= 3);
        assert_string_equal(logged, "");
}

static void test_never_seen(void **state)
{
        fake_unit(NORMAL, "active");
        mount_units_wait_until_gone(fake_bus, &domain);
        assert_string_equal(logged, NORMAL " was unmounted, but systemd has not noticed yet");
}

static void lose(const char *method, const char *unit)
{
        fake_disconnect();
}

static void test_lost(void **state)
{
        fake_unit(NORMAL, "active");
        fake_manager.before_reply = lose;
        mount_units_wait_until_gone(fake_bus, &domain);
        mount_units_wait_until_gone(NULL, &domain);
        mount_units_wait_until_gone(fake_bus, &(struct ledger_domain){ .name = name });
}

/* A /proc whose mount table is TEXT. */
static struct machine machine_with_mounts(const char *text)
{
        char directory[] = "/tmp/fd-shmem-test-XXXXXX", path[64];
        struct machine machine = MACHINE_NULL;
        FILE *file;

        assert_non_null(mkdtemp(directory));
        snprintf(path, sizeof(path), "%s/self", directory);
        assert_int_equal(mkdir(path, 0700), 0);
        machine.procfs = open(directory, O_DIRECTORY | O_CLOEXEC);
        strcat(path, "/mountinfo");
        file = fopen(path, "we");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
        return machine;
}

static void remove_machine(struct machine *machine)
{
        char link[64], directory[64] = "";

        snprintf(link, sizeof(link), "/proc/self/fd/%d", machine->procfs);
        assert_true(readlink(link, directory, sizeof(directory) - 1) > 0);
        assert_int_equal(unlinkat(machine->procfs, "self/mountinfo", 0), 0);
        assert_int_equal(unlinkat(machine->procfs, "self", AT_REMOVEDIR), 0);
        assert_int_equal(rmdir(directory), 0);
        machine_close(machine);
}

static const char ROOT[] = "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n";
static const char BOTH[] =
        "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "30 22 0:30 / /mnt/.fd/.normal rw,relatime shared:9 - tmpfs none rw\n"
        "31 22 0:31 / /mnt/.fd/.huge rw,relatime shared:10 - hugetlbfs none rw,pagesize=2M\n";

static void test_all_mounted(void **state)
{
        struct machine machine = machine_with_mounts(BOTH);

        fake_unit(NORMAL, "active");
        fake_unit(HUGE, "active");
        mount_units_start_missing(fake_bus, &machine, &domain);
        mount_units_start_missing(NULL, &machine, &domain);
        assert_string_equal(fake_manager.orders, "");
        remove_machine(&machine);
}

static void test_missing(void **state)
{
        struct machine machine = machine_with_mounts(ROOT);

        fake_unit(NORMAL, "inactive")->job = "start"; /* will be */
        fake_unit(HUGE, "inactive");
        mount_units_start_missing(fake_bus, &machine, &domain);
        assert_string_equal(fake_manager.orders, "StartUnit " HUGE " replace\n");
        assert_string_equal(logged, "");
        remove_machine(&machine);
}

static void test_missing_and_unknown(void **state)
{
        struct machine machine = machine_with_mounts(ROOT);

        mount_units_start_missing(fake_bus, &machine, &domain);
        assert_non_null(strstr(logged, "Cannot start " NORMAL ": "));
        assert_non_null(strstr(logged, "Cannot start " HUGE ": "));
        remove_machine(&machine);
}

/* The jobs that would unmount what is in use; not that of a mount that is not ours. */
static void test_keep(void **state)
{
        fake_unit("mnt-.fd-.gigantic.mount", "active")->job = "stop";
        fake_unit(NORMAL, "active")->job = "stop";
        fake_unit(HUGE, "active"); /* has none */
        mount_units_keep(fake_bus, &domain);
        assert_string_equal(fake_manager.orders, "CancelJob " NORMAL "\n");
        assert_string_equal(logged, "");
        mount_units_keep(fake_bus, &domain);
        assert_string_equal(fake_manager.orders, "CancelJob " NORMAL "\n");
}

/* Without its start, whatever requires the mount would fail. */
static void test_keep_lets_start(void **state)
{
        fake_unit(NORMAL, "active")->job = "start";
        fake_unit(HUGE, "active")->job = "restart";
        mount_units_keep(fake_bus, &domain);
        assert_string_equal(fake_manager.orders, "CancelJob " HUGE "\n");
}

static void test_keep_fails(void **state)
{
        fake_unit(NORMAL, "active")->job = "stop";
        fake_manager.refuse = "CancelJob";
        mount_units_keep(fake_bus, &domain);
        assert_non_null(strstr(logged, "Cannot keep " NORMAL " mounted: "));
        assert_null(strstr(logged, HUGE));
        mount_units_keep(NULL, &domain);
}

static void test_keep_when_lost(void **state)
{
        fake_manager.before_reply = lose;
        mount_units_keep(fake_bus, &domain);
        assert_non_null(strstr(logged, "Cannot keep " HUGE " mounted: "));
}

/* What is in use stays mounted: it is not stopped; a start that waits for us goes on. */
static void test_keeps_mounts(void **state)
{
        fake_unit(NORMAL, "active")->job = "stop";
        fake_unit(HUGE, "active")->job = "start";
        mount_units_keep(fake_bus, &domain);
        assert_string_equal(fake_manager.orders, "CancelJob " NORMAL "\n");
        assert_string_equal(logged, "");
}

static void test_keeps_mounts_through_restart(void **state)
{
        fake_unit(HUGE, "active")->job = "restart";
        mount_units_keep(fake_bus, &domain);
        mount_units_keep(NULL, &domain);
        assert_string_equal(fake_manager.orders, "CancelJob " HUGE "\n");
        assert_string_equal(logged, "");
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, start, fake_manager_stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_waits_until_seen),
                with_manager(test_never_seen),
                with_manager(test_lost),
                with_manager(test_keeps_mounts),
                with_manager(test_keeps_mounts_through_restart),
                with_manager(test_all_mounted),
                with_manager(test_missing),
                with_manager(test_missing_and_unknown),
                with_manager(test_keep),
                with_manager(test_keep_lets_start),
                with_manager(test_keep_fails),
                with_manager(test_keep_when_lost),
        };

        return cmocka_run_group_tests_name("mount-units", tests, NULL, NULL);
}

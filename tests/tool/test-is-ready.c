/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "is-ready": each state, by the ledger and by systemd, as text and as exit status; and the waiting for it. */

#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/modules/drift/drift.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/readiness.h"
#include "tests/manager/fake-manager.h"
#include "tests/pools/fake-machine.h"

#define TARGET "fd-shmem@a.target"

static struct tool tool;
static char root[32];
static bool damaged;
static unsigned pauses;

int __wrap_damage_find(const struct tool *of, const char *only, struct drift_list *ret);
int __wrap_damage_find(const struct tool *of, const char *only, struct drift_list *ret)
{
        assert_string_equal(only, "a");
        return damaged ? drift_add(ret, &(struct drift){ .kind = DRIFT_OWNER, .domain = (char *) "a" }, "x")
                       : 0;
}

static void count_pause(void)
{
        pauses++;
}

static int setup(void **state)
{
        int fd;

        tool = (struct tool) TOOL_NULL;
        tool.name = "tool";
        fake_machine_open(&tool.machine);
        strcpy(root, "/tmp/fd-shmem-test.XXXXXX");
        assert_non_null(mkdtemp(root));
        tool.root = open(root, O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(mkdirat(tool.root, "etc", 0755), 0);
        fd = openat(tool.root, "etc/fd-shmem.conf", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        assert_int_equal(write(fd, "[a]\nPath=/mnt/a\n", 16), 16);
        close(fd);
        damaged = false;
        pauses = 0;
        fake_kernel.on_sleep = count_pause;
        return fake_manager_start(state);
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
        return remove(path);
}

static int teardown(void **state)
{
        close(tool.root);
        nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        fake_machine_close(&tool.machine);
        return fake_manager_stop(state);
}

/* The ledger has the domain, handed over or not yet. */
static void record(bool complete)
{
        struct ledger_domain domain = { .name = (char *) "a", .path = (char *) "/mnt/a", .base_made = true };
        struct ledger_handover handover = { .complete = complete };

        assert_int_equal(ledger_store_domain(&tool.machine, &domain), 0);
        assert_int_equal(ledger_store_handover(&tool.machine, "a", &handover), 0);
}

static void expect(sd_bus *bus, enum readiness expected)
{
        enum readiness readiness;

        assert_int_equal(readiness_look(&tool, bus, "a", &readiness), 0);
        assert_string_equal(readiness_name(readiness), readiness_name(expected));
}

static void test_ledger(void **state)
{
        int directory = tool.machine.state;

        expect(NULL, READINESS_DOWN);
        record(false);
        expect(NULL, READINESS_STARTING);
        record(true);
        expect(NULL, READINESS_UP);
        damaged = true;
        expect(NULL, READINESS_DAMAGED);
        assert_int_equal(ledger_mark_leftover(directory, "a"), 0);
        expect(NULL, READINESS_LEFTOVER);
        assert_int_equal(ledger_clear_leftover(directory, "a"), 0);
        fake_boot(&tool.machine, "99999999-2222-3333-4444-555555555555");
        expect(NULL, READINESS_DOWN);
        assert_int_equal(ledger_store_failure(directory, "a", "no memory"), 0);
        expect(NULL, READINESS_FAILED);
}

static void test_unknown(void **state)
{
        enum readiness readiness;

        assert_int_equal(readiness_look(&tool, NULL, "b", &readiness), 0);
        assert_int_equal(readiness, READINESS_UNKNOWN);
}

static void test_no_ledger(void **state)
{
        int directory = tool.machine.state;

        tool.machine.state = -1;
        expect(NULL, READINESS_DOWN);
        tool.machine.state = directory;
}

static void test_systemd(void **state)
{
        struct fake_unit *target;

        expect(fake_bus, READINESS_DOWN);
        record(true);
        expect(fake_bus, READINESS_INACTIVE); /* not even loaded */
        target = fake_unit(TARGET, "inactive");
        expect(fake_bus, READINESS_INACTIVE);
        target->active_state = "active";
        expect(fake_bus, READINESS_UP);
        target->job = "stop";
        expect(fake_bus, READINESS_STOPPING);
        target->job = "restart";
        expect(fake_bus, READINESS_STARTING);
        target->job = NULL;
        damaged = true;
        expect(fake_bus, READINESS_DAMAGED);
}

/* A failure of an earlier start is none of the one that is under way. */
static void test_started_again(void **state)
{
        assert_int_equal(ledger_store_failure(tool.machine.state, "a", "no memory"), 0);
        expect(fake_bus, READINESS_FAILED);
        fake_unit(TARGET, "inactive")->job = "start";
        expect(fake_bus, READINESS_STARTING);
}

static void test_lost_connection(void **state)
{
        enum readiness readiness;

        record(true);
        fake_disconnect();
        assert_true(readiness_look(&tool, fake_bus, "a", &readiness) < 0);
}

/* Runs the verb with up to three words. */
static int run(const char *first, const char *second, const char *third, const char *expected)
{
        char *argv[] = { (char *) "is-ready", (char *) first, (char *) second, (char *) third, NULL };
        _cleanup_free_ char *said = NULL;
        int argc = 0, r;
        size_t size;

        while (argv[argc])
                argc++;
        tool.out = open_memstream(&said, &size);
        optind = 0;
        r = verb_is_ready(&tool, argc, argv);
        fclose(tool.out);
        assert_string_equal(said, expected);
        return r;
}

static void test_exit_status(void **state)
{
        assert_int_equal(run("a", NULL, NULL, "down\n"), TOOL_DOWN);
        assert_int_equal(run("b", NULL, NULL, "unknown\n"), TOOL_NO_DOMAIN);
        assert_int_equal(run("--quiet", "b", NULL, ""), TOOL_NO_DOMAIN);
        record(true);
        assert_int_equal(run("a", NULL, NULL, "up\n"), TOOL_OK);
        assert_int_equal(run("-q", "a", NULL, ""), TOOL_OK);
        damaged = true;
        assert_int_equal(run("a", NULL, NULL, "damaged\n"), TOOL_DOWN);
        assert_true(run("../a", NULL, NULL, "") < 0);
        assert_int_equal(run("--wait=x", "a", NULL, ""), TOOL_FAILED);
        assert_int_equal(pauses, 0);
}

static void finish_start(void)
{
        if (++pauses == 3)
                record(true);
}

static void fail_start(void)
{
        pauses++;
        assert_int_equal(ledger_store_failure(tool.machine.state, "a", "no memory"), 0);
}

static void test_wait(void **state)
{
        fake_kernel.clock_usec = 100000;
        assert_int_equal(run("--wait=2", "a", NULL, "down\n"), TOOL_DOWN);
        assert_true(pauses > 3 && pauses < 30);
        assert_int_equal(run("--wait", "b", NULL, "unknown\n"), TOOL_NO_DOMAIN);

        pauses = 0;
        fake_kernel.on_sleep = finish_start;
        assert_int_equal(run("--wait", "-q", "a", ""), TOOL_OK);
        assert_int_equal(pauses, 3);
}

static void test_wait_for_failure(void **state)
{
        fake_kernel.on_sleep = fail_start;
        assert_int_equal(run("a", "--wait", NULL, "failed\n"), TOOL_DOWN);
        assert_int_equal(pauses, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_ledger, setup, teardown),
                cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
                cmocka_unit_test_setup_teardown(test_no_ledger, setup, teardown),
                cmocka_unit_test_setup_teardown(test_systemd, setup, teardown),
                cmocka_unit_test_setup_teardown(test_started_again, setup, teardown),
                cmocka_unit_test_setup_teardown(test_lost_connection, setup, teardown),
                cmocka_unit_test_setup_teardown(test_exit_status, setup, teardown),
                cmocka_unit_test_setup_teardown(test_wait, setup, teardown),
                cmocka_unit_test_setup_teardown(test_wait_for_failure, setup, teardown),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

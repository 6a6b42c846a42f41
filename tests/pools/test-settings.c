/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel settings that are changed for a moment go back, whoever dies in between. */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/settings.h"
#include "tests/pools/acts.h"

#define COMPACT  "sys/vm/compact_unevictable_allowed"
#define FRAGMENT "sys/vm/extfrag_threshold"

static void put_file(int dirfd, const char *path, const char *text)
{
        _cleanup_close_ int fd =
                openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void make_settings(void)
{
        (void) mkdirat(machine.procfs, "sys", 0755);
        (void) mkdirat(machine.procfs, "sys/vm", 0755);
        put_file(machine.procfs, COMPACT, "1\n");
        put_file(machine.procfs, FRAGMENT, "500\n");
}

static int setup(void **state)
{
        acts_setup(state);
        make_settings();
        return 0;
}

static uint64_t value(const char *path)
{
        uint64_t number;

        assert_int_equal(sysfs_read_u64(machine.procfs, path, &number), 0);
        return number;
}

static int set(enum page_type owner, const char *path, uint64_t number)
{
        return settings_set(&machine, page_size_default(owner), SETTINGS_PROCFS, path, number);
}

static bool has_record(enum page_type owner)
{
        char path[32];

        snprintf(path, sizeof(path), "setting/%s", page_type_name(owner));
        return faccessat(machine.state, path, F_OK, 0) == 0;
}

static void test_set_and_restore(void **state)
{
        assert_int_equal(set(PAGE_HUGE, COMPACT, 0), 0);
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 0), 0);
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 100), 0);
        assert_int_equal(value(COMPACT), 0);
        assert_int_equal(value(FRAGMENT), 100);
        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_GIGANTIC)),
                         0); /* has nothing */
        assert_int_equal(value(FRAGMENT), 100);

        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_HUGE)), 0);
        assert_int_equal(value(COMPACT), 1);
        assert_int_equal(value(FRAGMENT), 500);
        assert_false(has_record(PAGE_HUGE));
}

static void test_restore_one(void **state)
{
        assert_int_equal(set(PAGE_HUGE, COMPACT, 0), 0);
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 0), 0);
        assert_int_equal(settings_restore_one(&machine, page_size_default(PAGE_HUGE),
                                              SETTINGS_PROCFS, COMPACT),
                         0);
        assert_int_equal(value(COMPACT), 1);
        assert_int_equal(value(FRAGMENT), 0);
        assert_int_equal(settings_restore_one(&machine, page_size_default(PAGE_HUGE),
                                              SETTINGS_SYSFS, FRAGMENT),
                         0);
        assert_int_equal(value(FRAGMENT), 0);
        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_HUGE)), 0);
        assert_int_equal(value(FRAGMENT), 500);
}

static void test_nothing_to_change(void **state)
{
        assert_int_equal(set(PAGE_HUGE, COMPACT, 1), 0);
        assert_false(has_record(PAGE_HUGE));
        assert_int_equal(set(PAGE_HUGE, "sys/vm/none", 1), -ENOENT);
        assert_false(has_record(PAGE_HUGE));
}

static void test_changed_by_somebody_else(void **state)
{
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 0), 0);
        put_file(machine.procfs, FRAGMENT, "700\n");
        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_HUGE)), 0);
        assert_int_equal(value(FRAGMENT), 700);
        assert_false(has_record(PAGE_HUGE));
        assert_non_null(strstr(fake_log(), "set to 700 by somebody else"));
}

/* Whoever is done first leaves it to the other one. */
static void test_shared(void **state)
{
        assert_int_equal(set(PAGE_GIGANTIC, FRAGMENT, 0), 0);
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 100), -EBUSY);
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 0), 0);
        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_GIGANTIC)), 0);
        assert_int_equal(value(FRAGMENT), 0);
        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_HUGE)), 0);
        assert_int_equal(value(FRAGMENT), 500);
}

static void test_bad_record(void **state)
{
        static const char *const texts[] = {
                "",
                "procfs " COMPACT " old=1 new=0 earlier=0\n",
                "procfs " COMPACT " old=1 new=0\nend\n",
                "state " COMPACT " old=1 new=0 earlier=0\nend\n",
                "procfs " COMPACT " old=-1 new=0 earlier=0\nend\n",
                "procfs " COMPACT " old=1 new=0 earlier=0 x=1\nend\n",
        };

        assert_int_equal(mkdirat(machine.state, "setting", 0755), 0);
        put_file(machine.procfs, COMPACT, "0\n");
        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                put_file(machine.state, "setting/huge", texts[i]);
                assert_int_equal(settings_restore(&machine, page_size_default(PAGE_HUGE)),
                                 -EBADMSG);
                assert_int_equal(set(PAGE_HUGE, FRAGMENT, 0), -EBADMSG);
                assert_int_equal(value(COMPACT), 0);
                assert_int_equal(value(FRAGMENT), 500);
        }
}

/* The kernel of now was never told: what it has is its own. */
static void test_other_boot(void **state)
{
        assert_int_equal(set(PAGE_HUGE, FRAGMENT, 100), 0);
        fake_boot(&machine, "99999999-2222-3333-4444-555555555555");
        assert_int_equal(settings_restore(&machine, page_size_default(PAGE_HUGE)), 0);
        assert_int_equal(value(FRAGMENT), 100);
}

static int act(void)
{
        int r = set(PAGE_HUGE, COMPACT, 0);

        if (r >= 0)
                r = set(PAGE_HUGE, FRAGMENT, 0);
        if (r >= 0)
                r = set(PAGE_HUGE, FRAGMENT, 100);
        if (r >= 0)
                r = settings_restore_one(&machine, page_size_default(PAGE_HUGE), SETTINGS_PROCFS,
                                         COMPACT);
        return r < 0 ? r : settings_restore(&machine, page_size_default(PAGE_HUGE));
}

/* Killed at each of its steps; the next reservation puts everything back. */
static void test_killed(void **state)
{
        unsigned step = 0;
        int status;

        do {
                pid_t pid;

                make_settings();
                pid = fork();
                assert_true(pid >= 0);
                if (pid == 0) {
                        fake_kernel.events = 0;
                        fake_kernel.kill_at = step + 1;
                        _exit(act() == 0 ? 0 : 1);
                }
                assert_int_equal(waitpid(pid, &status, 0), pid);
                step++;

                assert_int_equal(reserve("a", "0:1"), 0);
                assert_int_equal(value(COMPACT), 1);
                assert_int_equal(value(FRAGMENT), 500);
                assert_false(has_record(PAGE_HUGE));
        } while (WIFSIGNALED(status));

        assert_int_equal(WEXITSTATUS(status), 0);
        assert_true(step > 12);
}

#define SETTINGS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, acts_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                SETTINGS_TEST(test_set_and_restore),
                SETTINGS_TEST(test_restore_one),
                SETTINGS_TEST(test_nothing_to_change),
                SETTINGS_TEST(test_changed_by_somebody_else),
                SETTINGS_TEST(test_shared),
                SETTINGS_TEST(test_bad_record),
                SETTINGS_TEST(test_other_boot),
                SETTINGS_TEST(test_killed),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

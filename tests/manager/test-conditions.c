/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which conditions kept a domain from being started, as systemd has it. */

#include "helpers/modules/conditions/conditions.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/manager/fake-manager.h"

#define PREPARE "fd-shmem-prepare@d.service"

static void expect(enum unmet unmet, const char *expected)
{
        _cleanup_free_ char *text = NULL;

        assert_int_equal(conditions_unmet(fake_bus, "d", &text), unmet);
        if (expected)
                assert_string_equal(text, expected);
        else
                assert_null(text);
}

static struct fake_unit *unmet_unit(const char *assertions)
{
        struct fake_unit *unit = fake_unit(PREPARE, "inactive");

        unit->tried = true;
        unit->asserted = false;
        unit->assertions = assertions;
        return unit;
}

static void test_unmet(void **state)
{
        unmet_unit("+Host=a -Memory=>=64G ?CPUs=>4");
        expect(UNMET_KNOWN, "ConditionMemory=>=64G is not met");
        unmet_unit("-Host=|a -Host=|!b -PathExists=!/x");
        expect(UNMET_KNOWN,
               "ConditionHost=|a, ConditionHost=|!b and ConditionPathExists=!/x are not met");
}

/* The result outlives a reload, what it was made of does not. */
static void test_reloaded(void **state)
{
        unmet_unit("?Host=a ?Memory=>=64G");
        expect(UNMET_EARLIER, "ConditionHost=a and ConditionMemory=>=64G: not all of this was met");
}

static void test_none(void **state)
{
        struct fake_unit *unit;

        expect(UNMET_NONE, NULL); /* not loaded */
        unit = unmet_unit(NULL);  /* the conditions have been taken back since */
        expect(UNMET_NONE, NULL);
        unit->assertions = "-Host=a";
        unit->tried = false;
        expect(UNMET_NONE, NULL);
        unit->tried = unit->asserted = true;
        expect(UNMET_NONE, NULL);
        assert_int_equal(conditions_unmet(NULL, "d", NULL), -ENOTCONN);
}

static void write_drop_in(int root, const char *text)
{
        static const char directory[] = "run/systemd/generator/" PREPARE ".d";
        _cleanup_close_ int fd = -1;

        (void) mkdirat(root, "run", 0755);
        (void) mkdirat(root, "run/systemd", 0755);
        (void) mkdirat(root, "run/systemd/generator", 0755);
        (void) mkdirat(root, directory, 0755);
        fd = openat(root, "run/systemd/generator/" PREPARE ".d/50-fd-shmem.conf",
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void expect_loaded(int root, const char *expected)
{
        _cleanup_strings_ char **list = NULL;
        _cleanup_free_ char *text = NULL;

        assert_int_equal(conditions_loaded(root, "d", &list), 0);
        text = conditions_text(list);
        assert_string_equal(text, expected);
}

static void test_loaded(void **state)
{
        char path[] = "/tmp/test-conditions-XXXXXX", command[64];
        _cleanup_close_ int root = -1;

        assert_non_null(mkdtemp(path));
        root = open(path, O_DIRECTORY | O_CLOEXEC);
        expect_loaded(root, "none");
        write_drop_in(root, "[Unit]\nSourcePath=/x\n\n[Service]\nExecStart=Assert\n");
        expect_loaded(root, "none");
        write_drop_in(root,
                      "[Unit]\nAssertMemory=>=64G\nAssertHost=|!a%%%%b\nRequiresMountsFor=/x\n");
        expect_loaded(root, "ConditionMemory=>=64G ConditionHost=|!a%%b");

        snprintf(command, sizeof(command), "rm -r %s", path);
        assert_int_equal(system(command), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_manager_start, fake_manager_stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_unmet),
                TEST(test_reloaded),
                TEST(test_none),
                cmocka_unit_test(test_loaded),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

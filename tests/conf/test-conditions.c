/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf/keys/keys.h"
#include "conf/keys/values.h"
#include "tests/conf/tree.h"

static void assert_conditions(const struct tree *tree, const char *const *expected)
{
        char *const *found = tree_domain(tree, "a")->conditions;
        size_t n = 0;

        for (; expected[n]; n++) {
                assert_non_null(found);
                assert_non_null(found[n]);
                assert_string_equal(found[n], expected[n]);
        }
        assert_true(n == 0 ? !found : !found[n]);
}

/* They add up, within a file and over files, in the order in which they are read. */
static void test_add_up(void **state)
{
        static const char *const expected[] = { "Memory=>=64G",        "Host=big*", "Host=|!small*",
                                                "PathExists=! /dev/x", "CPUs=>4",   NULL };
        struct tree *tree = *state;

        tree_write(tree, "etc/fd-shmem.conf.d/1.conf", "[a]\nConditionCPUs=>4\n");
        tree_load_text(tree, "[a]\nConditionMemory=>=64G\nConditionHost=big*\n"
                             "ConditionHost=|!small*\nConditionPathExists=! /dev/x\n");
        assert_int_equal(tree->n_problems, 0);
        assert_conditions(tree, expected);
}

/* An empty one takes all back, of other names as well. */
static void test_take_back(void **state)
{
        static const char *const expected[] = { "Host=b", NULL }, *const none[] = { NULL };
        struct tree *tree = *state;

        tree_write(tree, "etc/fd-shmem.conf.d/1.conf", "[a]\nConditionCPUs=\nConditionHost=b\n");
        tree_load_text(tree, "[a]\nConditionMemory=>=64G\nConditionHost=a\n");
        assert_int_equal(tree->n_problems, 0);
        assert_conditions(tree, expected);

        tree_write(tree, "etc/fd-shmem.conf.d/1.conf", "[a]\nConditionHost=\n");
        tree_load_text(tree, "[a]\nConditionMemory=>=64G\n");
        assert_conditions(tree, none);
}

/* A condition that does not count would start the domain where it is not to be. */
static void test_refused(void **state)
{
        static const struct {
                const char *line, *reason;
        } lines[] = {
                { "ConditionMemroy=1G",
                  "ConditionMemroy=: there is no such condition; did you mean "
                  "ConditionMemory=?" },
                { "ConditionWeather=fine", "there is no such condition; fd-shmem.conf(5) lists" },
                { "Condition=1", "there is no such condition" },
                { "ConditionUser=root", "there is no such condition" },
                { "ConditionWeather=", "there is no such condition" },
                { "ConditionHost=!", "nothing follows '!'" },
                { "ConditionHost=| ", "nothing follows '|'" },
                { "ConditionHost=a\\", "'a\\' ends in a backslash" },
                { "ConditionPathExists=dev/x", "'dev/x' is not an absolute path" },
                { "ConditionPathExists=|!dev/x", "'dev/x' is not an absolute path" },
                { "ConditionACPower=mains", "'mains' is neither yes nor no" },
        };
        struct tree *tree = *state;

        for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
                char text[512];

                snprintf(text, sizeof(text), "[a]\nConditionHost=x\n%s\n", lines[i].line);
                tree_load_text(tree, text);
                assert_int_equal(tree->n_problems, 1);
                tree_assert_problem(tree, "E /etc/fd-shmem.conf:3: [a] ", lines[i].reason);
                assert_non_null(tree_domain(tree, "a")->error);
        }
}

static void test_names(void **state)
{
        for (size_t i = 0; value_condition_name(i); i++) {
                int key = keys_find(SECTION_DOMAIN, value_condition_name(i));

                assert_int_equal(key, keys_find(SECTION_DOMAIN, "Condition..."));
        }
        assert_string_equal(keys_nearest(SECTION_DOMAIN, "ConditonMemory"), "ConditionMemory");
        assert_int_equal(keys_find(SECTION_GLOBAL, "ConditionMemory"), -ENOENT);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TREE_TEST(test_add_up),
                TREE_TEST(test_take_back),
                TREE_TEST(test_refused),
                cmocka_unit_test(test_names),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

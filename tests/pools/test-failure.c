/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/log.h"
#include "helpers/modules/ledger/failure.h"
#include "tests/pools/acts.h"

static void assert_failure(const char *domain, const char *expected)
{
        _cleanup_free_ char *text = NULL;

        assert_int_equal(ledger_load_failure(machine.state, domain, &text), 0);
        assert_string_equal(text, expected);
}

static void assert_no_failure(const char *domain)
{
        _cleanup_free_ char *text = NULL;

        assert_int_equal(ledger_load_failure(machine.state, domain, &text), -ENOENT);
}

static void test_store_load_clear(void **state)
{
        assert_no_failure("a");
        assert_int_equal(ledger_clear_failure(machine.state, "a"), 0);
        assert_int_equal(ledger_store_failure(machine.state, "a", "first\n"), 0);
        assert_int_equal(ledger_store_failure(machine.state, "b", "other\n"), 0);
        assert_int_equal(ledger_store_failure(machine.state, "a", "second\n"), 0);
        assert_failure("a", "second\n");
        assert_int_equal(ledger_clear_failure(machine.state, "a"), 0);
        assert_no_failure("a");
        assert_failure("b", "other\n");
}

/* Errors are kept, in order; what is no error is not, and a success keeps nothing. */
static void test_watch(void **state)
{
        failure_watch();
        log_error("node 0: %d asked", 8);
        log_warning("not this");
        (void) log_error_errno(ENOENT, "no user: %m");

        assert_int_equal(failure_keep(machine.state, "a", 0), 0);
        assert_no_failure("a");
        assert_int_equal(failure_keep(machine.state, "a", -EINVAL), -EINVAL);
        assert_failure("a", "node 0: 8 asked\nno user: No such file or directory\n");
        assert_int_equal(failure_keep(-1, "a", -EINVAL), -EINVAL);
}

/* The first messages tell why; a flood of them does not fill /run. */
static void test_flood(void **state)
{
        _cleanup_free_ char *text = NULL;

        failure_watch();
        for (int i = 0; i < 10000; i++)
                log_error("message %d", i);
        assert_int_equal(failure_keep(machine.state, "a", -EINVAL), -EINVAL);
        assert_int_equal(ledger_load_failure(machine.state, "a", &text), 0);
        assert_in_range(strlen(text), 3000, 4200);
        assert_non_null(strstr(text, "message 1\n"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_store_load_clear),
                TEST(test_watch),
                TEST(test_flood),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A holder is named in one readable line, whatever it, its user and its region call themselves. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/holders/holders.h"

static void assert_named(const char *command, const char *region, const char *expected)
{
        const struct holder holder = {
                .pid = 812,
                .command = (char *) command,
                .use = HOLDER_OPEN,
                .region = (char *) region,
        };
        _cleanup_free_ char *text = NULL;

        assert_int_equal(holder_format(&holder, &text), 0);
        assert_string_equal(text, expected);
}

static void test_names(void **state)
{
        assert_named("fdctl", "solana.wksp",
                     "pid 812 (user root, command fdctl) has region solana.wksp open");
        /* a journal entry of its own */
        assert_named(
                "fdctl", "x\nreset FORGED: success",
                "pid 812 (user root, command fdctl) has region x\\nreset FORGED: success open");
        /* the terminal's title, its screen, its colour */
        assert_named("\033[31m",
                     "\033]0;PWNED\a\033[2J\xc2\x9b"
                     "31m",
                     "pid 812 (user root, command \\x1b[31m) has region "
                     "\\x1b]0;PWNED\\x07\\x1b[2J\\u009b31m open");
        /* what journalctl shows as "[71B blob data]" */
        assert_named("\xff\xfe", "\x7f",
                     "pid 812 (user root, command \\xff\\xfe) has region \\x7f open");
        /* two names that would look alike */
        assert_named("a\\n", "b", "pid 812 (user root, command a\\\\n) has region b open");
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_names) };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

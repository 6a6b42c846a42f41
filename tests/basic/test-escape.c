/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What others named leaves as text that controls nothing. */

#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/utf8.h"

#define CSI "\xc2\x9b" /* U+009B, an escape sequence's start in one character */

static void assert_converted(char *(*convert)(const char *), const char *bytes,
                             const char *expected)
{
        _cleanup_free_ char *text = convert(bytes);

        assert_string_equal(text, expected);
}

static void test_name(void **state)
{
        static const char *const cases[][2] = {
                { "solana_tile-1.wksp", "solana_tile-1.wksp" },
                { "a\nb\tc\033[31m", "a\\nb\\tc\\x1b[31m" },
                { "\033]0;PWNED\a\033[2J", "\\x1b]0;PWNED\\x07\\x1b[2J" },
                { "a\\n", "a\\\\n" },
                { "a\x7f", "a\\x7f" },
                { "\xff\xfe", "\\xff\\xfe" },
                { "\xc0\x80", "\\xc0\\x80" },          /* not the shortest form */
                { "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
                { "x\xe2\x80\xaegpj", "x\\u202egpj" }, /* turns the direction */
                { CSI "31m", "\\u009b31m" },
                { "\xf3\xa0\x81\x81", "\\U000e0041" }, /* a tag: not to be seen */
                { "\xc3\xa9", "\xc3\xa9" },
                { "cut \xe2\x80", "cut \\xe2\\x80" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                assert_converted(text_escape, cases[i][0], cases[i][1]);
}

static void test_name_without_utf8(void **state)
{
        assert_non_null(setlocale(LC_CTYPE, "C"));
        assert_converted(text_escape, "\xc3\xa9", "\\u00e9");
        assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

static void test_sentence(void **state)
{
        static const char *const cases[][2] = {
                { "", "" },
                { "C:\\n stays, ü, 日本, \xf0\x9f\x8c\x8d",
                  "C:\\n stays, ü, 日本, \xf0\x9f\x8c\x8d" },
                { "a\tb\nc\x7f", "a b\\nc\\x7f" },
                { "\xff\xc3", "\\xff\\xc3" },
                { "\xc3(", "\\xc3(" },
                { "red " CSI "31m", "red \\u009b31m" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                assert_converted(text_to_line, cases[i][0], cases[i][1]);
}

static void test_utf8(void **state)
{
        assert_converted(text_to_utf8,
                         "a\xff"
                         "b\xc3\xa9",
                         "a\xef\xbf\xbd"
                         "b\xc3\xa9");
}

static void test_plain_json(void **state)
{
        assert_converted(text_to_plain_json, "{ \"a\\n\": \"" CSI "\x7f\xc3\xa9\" }\n",
                         "{ \"a\\n\": \"\\u009b\\u007f\xc3\xa9\" }\n");
        assert_converted(text_to_plain_json, "\"\xf3\xa0\x81\x81\"", "\"\\udb40\\udc41\"");
}

static void test_decode(void **state)
{
        uint32_t c = 0;

        assert_int_equal(utf8_decode("\xf4\x8f\xbf\xbf", 4, &c), 4);
        assert_int_equal(c, 0x10ffff);
        assert_int_equal(utf8_decode("\xf4\x90\x80\x80", 4, &c), 0);
        assert_int_equal(utf8_decode("\xc3\xa9", 1, &c), 0);
        assert_int_equal(utf8_decode("", 0, &c), 0);
        assert_int_equal(utf8_decode("", 1, &c), 1); /* U+0000 */
        assert_false(utf8_is_valid("a\xc3", 2));
        assert_true(utf8_is_valid("a\0\xc3\xa9", 4));
}

static void keep(int level, const char *message, void *userdata)
{
        char **kept = userdata;

        free(*kept);
        *kept = strdup(message);
}

/* The net below all names that somebody forgot: a message is one line that controls nothing. */
static void test_log(void **state)
{
        _cleanup_free_ char *kept = NULL;

        log_set_sink(keep, &kept);
        assert_int_equal(log_error_errno(EIO, "region %s: %m", "x\nfini: success\033[2J\xff"),
                         -EIO);
        log_set_sink(NULL, NULL);
        assert_string_equal(kept, "region x\\nfini: success\\x1b[2J\\xff: Input/output error");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_name),       cmocka_unit_test(test_name_without_utf8),
                cmocka_unit_test(test_sentence),   cmocka_unit_test(test_utf8),
                cmocka_unit_test(test_plain_json), cmocka_unit_test(test_decode),
                cmocka_unit_test(test_log),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                return 77;
        return cmocka_run_group_tests(tests, NULL, NULL);
}

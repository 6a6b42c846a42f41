/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "generator/text/template.h"

static const struct template_value values[] = {
        { "name", "value" }, { "names", "values" }, { "empty", "" }, { "unset", NULL }, {},
};

static void assert_filled(const char *template, const char *expected)
{
        _cleanup_free_ char *text = NULL;

        assert_int_equal(template_fill(template, values, &text), 0);
        assert_string_equal(text, expected);
}

static void test_fill(void **state)
{
        assert_filled("", "");
        assert_filled("nothing\n", "nothing\n");
        assert_filled("{name}", "value");
        assert_filled("a {name}{empty} b {names}\n{name}\n", "a value b values\nvalue\n");
}

static void test_fill_drops_lines(void **state)
{
        assert_filled("{unset}", "");
        assert_filled("before\nRequires={name} {unset}\nafter\n", "before\nafter\n");
}

static void test_fill_unknown_place(void **state)
{
        char *text = (char *) "untouched";

        assert_int_equal(template_fill("{nobody}", values, &text), -ENXIO);
        assert_int_equal(template_fill("{nam}", values, &text), -ENXIO);
        assert_int_equal(template_fill("{name\n}", values, &text), -ENXIO);
        assert_string_equal(text, "untouched");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_fill),
                cmocka_unit_test(test_fill_drops_lines),
                cmocka_unit_test(test_fill_unknown_place),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "generator/parallel.h"
#include "generator/template.h"

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

static int count_call(size_t i, void *userdata)
{
        unsigned char *calls = userdata;

        calls[i]++;
        return i == 700 ? -EDOM : 0;
}

static void test_parallel(void **state)
{
        static const size_t sizes[] = { 0, 1, 63, 64, 65, 128, 700 };
        unsigned char calls[1000];

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                memset(calls, 0, sizeof(calls));
                assert_int_equal(parallel_for(sizes[i], count_call, calls), 0);
                for (size_t call = 0; call < sizeof(calls); call++)
                        assert_int_equal(calls[call], call < sizes[i]);
        }

        memset(calls, 0, sizeof(calls));
        assert_int_equal(parallel_for(1000, count_call, calls), -EDOM);
        for (size_t call = 0; call < sizeof(calls); call++)
                assert_int_equal(calls[call], 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_fill),
                cmocka_unit_test(test_fill_drops_lines),
                cmocka_unit_test(test_fill_unknown_place),
                cmocka_unit_test(test_parallel),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

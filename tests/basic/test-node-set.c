/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/words/node-set.h"

static void expect(const char *text, const char *canonical)
{
        _cleanup_free_ char *formatted = NULL;
        struct node_set set;

        if (!canonical) {
                assert_true(node_set_parse(text, &set) < 0);
                return;
        }
        assert_int_equal(node_set_parse(text, &set), 0);
        formatted = node_set_format(&set);
        assert_string_equal(formatted, canonical);
}

static void test_lists(void **state)
{
        expect("0", "0");
        expect("1,0", "0-1");
        expect("0,2-3", "0,2-3");
        expect("3,2,0,2", "0,2-3");
        expect("1-1", "1");
        expect("1023", "1023");
        expect("0-1023", "0-1023");
}

static void test_refused(void **state)
{
        static const char *const texts[] = { "",   ",",   "0,",   ",0",    "1-",   "-1",
                                             "3-2", "a",  "0 1",  "0;1",   "1024", "0x1",
                                             "+1",  " 1", "1-2-3", "18446744073709551616" };

        for (size_t i = 0; i < ELEMENTSOF(texts); i++)
                expect(texts[i], NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lists),
                cmocka_unit_test(test_refused),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

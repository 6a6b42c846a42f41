/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "basic/words/page-type.h"

/* Whoever goes over the types from the largest down relies on it. */
static void test_sizes(void **state)
{
        for (enum page_type type = PAGE_NORMAL; type < N_PAGE_TYPES; type++) {
                assert_true(page_type_size(type) > 0);
                if (page_type_has_pool(type))
                        assert_true(page_type_size(type) > page_type_size(type - 1));
        }
}

static void test_names(void **state)
{
        for (enum page_type type = PAGE_NORMAL; type < N_PAGE_TYPES; type++) {
                assert_int_equal(page_type_from_name(page_type_name(type)), type);
                assert_string_equal(page_type_directory(type) + 1, page_type_name(type));
                assert_int_equal(strcasecmp(page_type_key(type), page_type_name(type)), 0);
        }
        assert_true(page_type_from_name("Huge") < 0);
}

static void test_order(void **state)
{
        enum page_type before = N_PAGE_TYPES;

        for_each_pool_type(type) {
                assert_true(type < before);
                assert_non_null(strstr(page_type_pool_names(), page_type_name(type)));
                before = type;
        }
        assert_int_equal(before, PAGE_NORMAL + 1);
        assert_null(strstr(page_type_pool_names(), page_type_name(PAGE_NORMAL)));
        assert_non_null(strstr(page_type_pool_names(), " or "));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sizes),
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_order),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

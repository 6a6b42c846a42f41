/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/owner.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "basic/words/arguments.h"

static void test_modes(void **state)
{
        mode_t mode = 1;

        assert_int_equal(mode_parse("0700", &mode), 0);
        assert_int_equal(mode, 0700);
        assert_int_equal(mode_parse("2770", &mode), 0);
        assert_int_equal(mode, 02770);
        assert_int_equal(mode_parse("0", &mode), 0);
        assert_int_equal(mode, 0);
        assert_int_equal(mode_parse("07777", &mode), 0);
        assert_int_equal(mode, 07777);

        assert_int_equal(mode_parse("", &mode), -EINVAL);
        assert_int_equal(mode_parse("10000", &mode), -EINVAL);
        assert_int_equal(mode_parse("-1", &mode), -EINVAL);
        assert_int_equal(mode_parse("0799", &mode), -EINVAL);
        assert_int_equal(mode_parse("u=rwx", &mode), -EINVAL);
        assert_int_equal(mode, 07777);
}

static void test_owners(void **state)
{
        struct owner owner = { 1, 1 };

        assert_int_equal(owner_resolve("root", NULL, &owner), 0);
        assert_int_equal(owner.uid, 0);
        assert_int_equal(owner.gid, 0);
        assert_int_equal(owner_resolve("0", "54321", &owner), 0);
        assert_int_equal(owner.gid, 54321);
        assert_int_equal(owner_resolve("54321", "root", &owner), 0);
        assert_int_equal(owner.uid, 54321);
        assert_int_equal(owner.gid, 0);

        assert_int_equal(owner_resolve("54321", NULL, &owner), -ESRCH);
        assert_int_equal(owner_resolve("nobody-has-this-name", NULL, &owner), -ESRCH);
        assert_int_equal(owner_resolve("root", "nobody-has-this-name", &owner), -ESRCH);
        assert_int_equal(owner_resolve("4294967295", "root", &owner), -ESRCH);
        assert_int_equal(owner_resolve("-1", "root", &owner), -ESRCH);
        assert_int_equal(owner.uid, 54321);
}

static void test_page_types(void **state)
{
        bool types[N_PAGE_TYPES] = {};

        assert_int_equal(page_types_parse("normal,gigantic", types), 0);
        assert_true(types[PAGE_NORMAL] && !types[PAGE_HUGE] && types[PAGE_GIGANTIC]);
        assert_int_equal(page_types_parse("huge,", types), -EINVAL);
        assert_int_equal(page_types_parse("tiny", types), -EINVAL);
        assert_true(types[PAGE_NORMAL]);
        assert_int_equal(page_types_parse("", types), 0);
        assert_false(types[PAGE_NORMAL] || types[PAGE_HUGE] || types[PAGE_GIGANTIC]);
}

static void test_domain_names(void **state)
{
        assert_true(domain_name_is_safe("firedancer"));
        assert_false(domain_name_is_safe(""));
        assert_false(domain_name_is_safe(".."));
        assert_false(domain_name_is_safe("a/b"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_modes),
                cmocka_unit_test(test_owners),
                cmocka_unit_test(test_page_types),
                cmocka_unit_test(test_domain_names),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

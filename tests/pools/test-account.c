/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose pages a pool has, told from its number: the rule itself, on numbers alone. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/modules/holdings/account.h"

static void test_judge(void **state)
{
        static const struct {
                uint64_t others, ours, now, others_then, ours_then;
        } cases[] = {
                { 6, 8, 14, 6, 8 },  /* nobody has written */
                { 6, 8, 20, 12, 8 }, /* others have added six */
                { 6, 8, 6, 6, 0 },   /* others have written their number again */
                { 6, 8, 10, 6, 4 },  /* a larger one of theirs: ours is above it */
                { 6, 8, 4, 4, 0 },   { 6, 8, 0, 0, 0 }, /* a smaller one: what is left is theirs */
                { 0, 8, 8, 0, 8 },   { 0, 8, 3, 0, 3 }, { 0, 0, 5, 5, 0 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct account account = { .others = cases[i].others, .ours = cases[i].ours };

                account = account_judge(account, cases[i].now);
                assert_int_equal(account.others, cases[i].others_then);
                assert_int_equal(account.ours, cases[i].ours_then);
        }
}

static void test_open(void **state)
{
        struct account account = account_open(20, 8, 3);

        assert_int_equal(account.ours, 8);
        assert_int_equal(account.others, 12);
        /* Pages are gone: what was adopted stays the longest. */
        account = account_open(5, 8, 3);
        assert_int_equal(account.others, 3);
        assert_int_equal(account.ours, 2);
}

/* No more is ours than was asked for, whatever others have added meanwhile. */
static void test_gained(void **state)
{
        assert_int_equal(account_gained(4, 8, 8), 4);
        assert_int_equal(account_gained(4, 8, 6), 2);
        assert_int_equal(account_gained(4, 8, 20), 4);
        assert_int_equal(account_gained(4, 8, 4), 0);
        assert_int_equal(account_gained(4, 8, 1), 0);
}

static void test_inherit(void **state)
{
        static const struct {
                uint64_t added, before, target, now, ours, doubt;
        } cases[] = {
                { 0, 4, 8, 4, 0, 0 },  { 0, 4, 8, 6, 2, 0 },    { 2, 4, 8, 8, 6, 0 },
                { 2, 4, 8, 20, 2, 4 }, /* somebody else has written: it may be his */
                { 2, 4, 8, 1, 2, 0 },  { 8, 12, 4, 12, 8, 0 }, /* not written */
                { 8, 12, 4, 4, 0, 0 },                         /* written */
                { 8, 12, 4, 9, 0, 8 }, { 8, 12, 10, 10, 6, 0 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint64_t doubt = 77;

                assert_int_equal(account_inherit(cases[i].added, cases[i].before, cases[i].target,
                                                 cases[i].now, &doubt),
                                 cases[i].ours);
                assert_int_equal(doubt, cases[i].doubt);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_judge),
                cmocka_unit_test(test_open),
                cmocka_unit_test(test_gained),
                cmocka_unit_test(test_inherit),
        };

        return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}

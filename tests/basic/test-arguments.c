/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "basic/string-list.h"

static const char *domain, *path, *text;
static bool types[N_PAGE_TYPES];
static bool flag;
static struct argument_list list;

static const struct argument table[] = {
        { "domain", argument_domain, &domain },
        { "path", argument_path, &path },
        { "text", argument_text, &text },
        { "types", argument_page_types, types },
        { "flag", NULL, &flag },
        { "add", argument_add, &list },
        {},
};

static int parse(const char *a, const char *b, const char *c)
{
        char *argv[] = { (char *) "program", (char *) a, (char *) b, (char *) c, NULL };
        int argc = 1;

        while (argv[argc])
                argc++;
        optind = 0; /* glibc: begin anew */
        return arguments_parse(argc, argv, table);
}

static void test_values(void **state)
{
        assert_int_equal(parse("--domain=fd-1", "--path=/mnt/x", "--text=any, thing"), 0);
        assert_string_equal(domain, "fd-1");
        assert_string_equal(path, "/mnt/x");
        assert_string_equal(text, "any, thing");

        assert_false(flag);
        assert_int_equal(parse("--types=normal,huge", "--flag", NULL), 0);
        assert_true(flag && types[PAGE_NORMAL] && types[PAGE_HUGE] && !types[PAGE_GIGANTIC]);
}

static void test_list(void **state)
{
        assert_int_equal(parse("--add=one", "--add", "two"), 0);
        assert_int_equal(list.n, 2);
        assert_string_equal(list.strings[1], "two");
        string_list_free(list.strings);
        list = (struct argument_list){};
}

static void test_refused(void **state)
{
        static const char *const bad[] = { "--domain=a/b", "--domain=.x",  "--domain=",
                                           "--path=x",     "--types=vast", "--flag=yes",
                                           "--text",       "--nonsense",   "operand" };

        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
                assert_int_equal(parse(bad[i], NULL, NULL), -EINVAL);
        assert_int_equal(parse("--domain=good", "--path=x", "--text=later"), -EINVAL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_values),
                cmocka_unit_test(test_list),
                cmocka_unit_test(test_refused),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

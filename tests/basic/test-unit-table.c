/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/unit-table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"

static void assert_name(enum domain_unit unit, const char *domain, const char *expected)
{
        _cleanup_free_ char *name = domain_unit_name(unit, domain);
        _cleanup_free_ char *instance = domain_unit_instance(unit, expected);

        assert_string_equal(name, expected);
        assert_string_equal(instance, domain);
        assert_true(unit_is_ours(name));
}

static void test_names(void **state)
{
        assert_name(DOMAIN_TARGET, "d", "fd-shmem@d.target");
        assert_name(DOMAIN_PREPARE, "a.b-c", "fd-shmem-prepare@a.b-c.service");
        assert_name(DOMAIN_LEFTOVER_PATH, "d", "fd-shmem-leftover@d.path");
        assert_name(DOMAIN_LEFTOVER, "d.path", "fd-shmem-leftover@d.path.service");
        assert_name(DOMAIN_REPAIR, "d:huge", "fd-shmem-repair@d:huge.service");
}

static void test_names_of_types(void **state)
{
        _cleanup_free_ char *huge = domain_unit_name_of_type(DOMAIN_RESERVE, "d", PAGE_HUGE);
        _cleanup_free_ char *gigantic = domain_unit_name_of_type(DOMAIN_REPAIR, "d", PAGE_GIGANTIC);

        assert_string_equal(huge, "fd-shmem-reserve@d:huge.service");
        assert_string_equal(gigantic, "fd-shmem-repair@d:gigantic.service");
}

static void test_other_names(void **state)
{
        static const char *const others[] = {
                "",
                "fd-shmem",
                "fd-shmem.target",
                "fd-shmem@.target",
                "fd-shmem@d",
                "fd-shmem@d.service",
                "fd-shmem-prepare@d.target",
                "xfd-shmem@d.target",
        };

        for (size_t i = 0; i < ELEMENTSOF(others); i++)
                assert_null(domain_unit_instance(DOMAIN_TARGET, others[i]));
        assert_false(unit_is_ours("mnt-.fd-.huge.mount"));
        assert_false(unit_is_ours("fd-shme"));
}

/* The names of no two units, of no two instances, are the same. */
static void test_no_name_twice(void **state)
{
        for (enum domain_unit a = 0; a < N_DOMAIN_UNITS; a++) {
                const char *template = domain_unit_template(a);

                assert_non_null(strstr(template, "@."));
                for (enum domain_unit b = 0; b < a; b++)
                        assert_string_not_equal(template, domain_unit_template(b));
        }
}

static void test_roles(void **state)
{
        int n = 0;

        for (enum domain_unit unit = 0; unit < N_DOMAIN_UNITS; unit++)
                if (domain_unit_has_role(unit, UNIT_PART))
                        n += domain_unit_has_role(unit, UNIT_OF_TYPE) ? 2 : 1;
        assert_int_equal(n, N_DOMAIN_PARTS);
        assert_true(domain_unit_has_role(DOMAIN_TARGET, UNIT_PART));
        assert_false(domain_unit_has_role(DOMAIN_TEARDOWN, UNIT_PART));
        assert_true(domain_unit_has_role(DOMAIN_TEARDOWN, UNIT_STOP));
}

/* What exists in each phase is another unit, and ours. */
static void test_phases(void **state)
{
        const struct phase_units *boot = phase_units(PHASE_BOOT), *late = phase_units(PHASE_LATE);
        const char *const units[] = { boot->target, boot->check, boot->barrier,
                                      late->target, late->check, late->barrier };

        for (size_t i = 0; i < ELEMENTSOF(units); i++) {
                assert_true(unit_is_ours(units[i]));
                for (size_t k = 0; k < i; k++)
                        assert_string_not_equal(units[i], units[k]);
        }
        assert_string_equal(boot->wanted_by, "sysinit.target");
        assert_string_equal(late->wanted_by, "multi-user.target");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names),       cmocka_unit_test(test_names_of_types),
                cmocka_unit_test(test_other_names), cmocka_unit_test(test_no_name_twice),
                cmocka_unit_test(test_roles),       cmocka_unit_test(test_phases),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

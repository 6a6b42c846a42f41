/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which settings of the kernel do not suit which pages. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/size.h"
#include "basic/string-list.h"
#include "helpers/tool/settings/page-hints.h"

#define UNKNOWN -1

static struct page_settings settings(int64_t mappings, int64_t vmemmap)
{
        return (struct page_settings){
                .known = { mappings != UNKNOWN, true, vmemmap != UNKNOWN },
                .value = { (uint64_t) mappings, 0, (uint64_t) vmemmap },
        };
}

/* HINTS: what each begins with, ended by NULL. */
static void check(struct page_settings now, struct domain_pages *domains, size_t n,
                  const char *const *hints)
{
        _cleanup_strings_ char **found = NULL;
        size_t i;

        assert_int_equal(page_hints_find(&now, domains, n, &found), 0);
        for (i = 0; found && found[i]; i++) {
                assert_non_null(hints[i]);
                assert_memory_equal(found[i], hints[i], strlen(hints[i]));
        }
        assert_null(hints[i]);
}

#define CHECK(now, domains, ...)                     \
        check((now), (domains), ELEMENTSOF(domains), \
              (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* The largest domain alone counts, from half of the mappings on. */
static void test_mappings(void **state)
{
        struct domain_pages domains[] = { { "a", 100, 0 }, { "b", 32764, 0 }, { "c", 32764, 0 } };

        CHECK(settings(65530, 1), domains);
        domains[1].pages = 32765;
        CHECK(settings(65530, 1), domains, "domain b: 32765 pages, and vm.max_map_count=65530; ");
        CHECK(settings(131060, 1), domains);
        CHECK(settings(UNKNOWN, 1), domains);
}

/* The number that the hint names is enough. */
static void test_number_ends_it(void **state)
{
        struct domain_pages domains[] = { { "a", 1000000, 0 } };

        CHECK(settings(65530, 1), domains,
              "domain a: 1000000 pages, and vm.max_map_count=65530; for a program "
              "that maps each page by itself, as DPDK does, write "
              "vm.max_map_count=2065530 into");
        CHECK(settings(2065530, 1), domains);
}

/* The pages of all domains together. */
static void test_vmemmap(void **state)
{
        struct domain_pages domains[] = { { "a", 40, 40 * GIB }, { "b", 24, 24 * GIB - 2 * MIB } };

        CHECK(settings(65530, 0), domains);
        domains[1].bytes = 24 * GIB;
        CHECK(settings(65530, 0), domains,
              "vm.hugetlb_optimize_vmemmap=0; with 1, in sysctl.d(5) or on the kernel command line, the 65536 "
              "MiB of huge pages take about 896 MiB less memory");
        CHECK(settings(65530, 1), domains);
        CHECK(settings(65530, UNKNOWN), domains);
}

static void test_nothing(void **state)
{
        struct domain_pages none[] = { { "a", 0, 0 } };
        _cleanup_strings_ char **found = NULL;
        struct page_settings now = settings(0, 0);

        CHECK(settings(0, 0), none);
        assert_int_equal(page_hints_find(&now, NULL, 0, &found), 0);
        assert_null(found);
}

static int parse(const char *text, struct domain *domain)
{
        _cleanup_free_ char *reason = NULL;

        domain->size[PAGE_HUGE] = (struct page_size){ 2 * MIB };
        return page_request_parse(text, 2 * MIB, domain->request + PAGE_HUGE, &reason);
}

/* What a domain asks for where only the machine knows it, counts as nothing; so does a bad domain's. */
static void test_declared(void **state)
{
        struct domain domain = {
                .request[PAGE_HUGE] = { .scope = REQUEST_MOUNT },
        };

        assert_int_equal(page_hints_declared(&domain, PAGE_HUGE), 0);
        assert_int_equal(parse("0:10,1:20M", &domain), 0);
        assert_int_equal(page_hints_declared(&domain, PAGE_HUGE), 20);
        domain.error = (char *) "x";
        assert_int_equal(page_hints_declared(&domain, PAGE_HUGE), 0);
        domain.error = NULL;
        page_request_done(&domain.request[PAGE_HUGE]);
        assert_int_equal(parse("each:10", &domain), 0);
        assert_int_equal(page_hints_declared(&domain, PAGE_HUGE), 0);
        page_request_done(&domain.request[PAGE_HUGE]);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mappings), cmocka_unit_test(test_number_ends_it),
                cmocka_unit_test(test_vmemmap),  cmocka_unit_test(test_nothing),
                cmocka_unit_test(test_declared),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

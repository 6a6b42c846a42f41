/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the service manager is told while pools grow. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/size.h"
#include "helpers/modules/manager/status-line.h"
#include "tests/manager/notified.h"
#include "tests/pools/acts.h"

static void test_extends_with_progress_only(void **state)
{
        struct progress progress = { .size = page_size_default(PAGE_HUGE) };

        fake_kernel.clock_usec = 500000;
        progress_pages(&progress, 0, 100, 4096);
        assert_string_equal(notified(), "EXTEND_TIMEOUT_USEC=120000000\n"
                                        "STATUS=node 0: 100 of 4096 huge pages\n");

        /* A second for 512 pages of 2 MiB: each look at the clock takes half. */
        progress_pages(&progress, 0, 612, 4096);
        assert_string_equal(notified(), "EXTEND_TIMEOUT_USEC=120000000\n"
                                        "STATUS=node 0: 612 of 4096 huge pages, 1.0 GiB/s\n");
        progress_pages(&progress, 0, 612, 4096);
        assert_string_equal(notified(), "");

        /* Somebody takes pages out, and puts them in again. */
        progress_pages(&progress, 0, 600, 4096);
        assert_string_equal(notified(), "STATUS=node 0: 600 of 4096 huge pages, 667 MiB/s\n");
        progress_pages(&progress, 0, 612, 4096);
        assert_null(strstr(notified(), "EXTEND"));
        progress_pages(&progress, 0, 613, 4096);
        assert_non_null(strstr(notified(), "EXTEND"));

        progress_pages(&progress, 1, 0, 8);
        assert_string_equal(notified(), "EXTEND_TIMEOUT_USEC=120000000\n"
                                        "STATUS=node 1: 0 of 8 huge pages\n");
}

static void test_activity(void **state)
{
        struct progress progress = { .size = page_size_default(PAGE_GIGANTIC) };

        fake_kernel.clock_usec = 0;
        progress_activity(&progress, 0, "compacting memory");
        assert_string_equal(notified(), "STATUS=node 0: compacting memory for gigantic pages\n");
        progress_pages(&progress, 0, 1, 4);
        (void) notified();
        progress_activity(&progress, 0, "compacting memory");
        assert_string_equal(notified(),
                            "STATUS=node 0: compacting memory, 1 of 4 gigantic pages\n");
}

static void assert_rate(const char *expected, uint64_t bytes, uint64_t usec)
{
        char buffer[32];

        assert_string_equal(progress_format_rate(bytes, usec, buffer, sizeof(buffer)), expected);
}

static void test_rates(void **state)
{
        assert_rate("", 0, 1000000);
        assert_rate("", 100 * MIB, 0);
        assert_rate("", 100 * MIB, 99999);
        assert_rate("0.5 MiB/s", 2 * MIB, 4000000);
        assert_rate("512 MiB/s", 1024 * MIB, 2000000);
        assert_rate("2.1 GiB/s", 2150 * MIB, 1000000);
        assert_rate("3072.0 GiB/s", UINT64_C(3) << 50, 1024000000);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_extends_with_progress_only),
                cmocka_unit_test(test_activity),
                cmocka_unit_test(test_rates),
        };

        return cmocka_run_group_tests(tests, notified_open, notified_close);
}

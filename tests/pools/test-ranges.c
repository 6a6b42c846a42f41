/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Node 0 has 2 GiB, in memory blocks of 128 MiB, in the ranges 1 and 2. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/modules/kernel/page-ranges.h"
#include "tests/pools/acts.h"

#define RANGE_PAGES (UINT64_C(1) << 18)
#define RESERVED    (UINT64_C(1) << 32)
#define HUGE        (UINT64_C(1) << 17)

static void make_file(int dirfd, const char *path, const char *text, off_t size)
{
        _cleanup_close_ int fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        if (size > 0)
                assert_int_equal(ftruncate(fd, size), 0);
}

static void make_memory(void)
{
        assert_int_equal(mkdirat(machine.sysfs, "devices/system/memory", 0755), 0);
        make_file(machine.sysfs, "devices/system/memory/block_size_bytes", "8000000\n", 0);
        for (unsigned block = 8; block < 24; block++) {
                char path[64];

                snprintf(path, sizeof(path), "devices/system/node/node0/memory%u", block);
                assert_int_equal(mkdirat(machine.sysfs, path, 0755), 0);
        }
        make_file(machine.procfs, "kpageflags", "", 3 * RANGE_PAGES * sizeof(uint64_t));
}

static void set_flags(uint64_t first, uint64_t pages, uint64_t flags)
{
        _cleanup_close_ int fd = openat(machine.procfs, "kpageflags", O_WRONLY | O_CLOEXEC);

        for (uint64_t i = first; i < first + pages; i++)
                assert_int_equal(pwrite(fd, &flags, sizeof(flags), (off_t) (i * sizeof(flags))),
                                 sizeof(flags));
}

static bool is_left(void)
{
        bool left;

        assert_int_equal(page_ranges_left(&machine, 0, page_size_default(PAGE_GIGANTIC), &left), 0);
        return left;
}

static void test_counts_ranges_of_the_node(void **state)
{
        make_memory();
        set_flags(0, 1, RESERVED); /* not of this node */
        assert_true(is_left());
        set_flags(RANGE_PAGES + 70000, 1, RESERVED);
        assert_true(is_left());
        set_flags(3 * RANGE_PAGES - 1, 1, RESERVED);
        assert_false(is_left());
}

static void test_gigantic_pages_are_no_ranges(void **state)
{
        make_memory();
        set_flags(RANGE_PAGES, 1, RESERVED);
        set_flags(2 * RANGE_PAGES, RANGE_PAGES, HUGE);
        assert_false(is_left());
        set_flags(2 * RANGE_PAGES + 5, 512,
                  0); /* made of huge pages, one of which is free memory */
        assert_true(is_left());
}

static void test_a_kernel_that_does_not_tell(void **state)
{
        bool left;

        assert_int_equal(page_ranges_left(&machine, 0, page_size_default(PAGE_GIGANTIC), &left),
                         -ENOENT);
}

/* There is nothing to try, and nothing is. */
static void test_nothing_is_done_without_hope(void **state)
{
        struct reservation_request request = request_for("a", "0:1");

        request.type = PAGE_GIGANTIC;
        request.size = page_size_default(PAGE_GIGANTIC);
        make_memory();
        set_flags(RANGE_PAGES, 1, RESERVED);
        set_flags(2 * RANGE_PAGES, 1, RESERVED);
        fake_kernel.capacity[0] = 0;
        assert_int_equal(make(request), -ENOSPC);
        assert_int_equal(fake_kernel.compactions, 0);
        assert_int_equal(fake_kernel.writes, 1);
        assert_non_null(strstr(fake_log(), "each remaining range of 1 GiB holds memory"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_counts_ranges_of_the_node),
                TEST(test_gigantic_pages_are_no_ranges),
                TEST(test_a_kernel_that_does_not_tell),
                TEST(test_nothing_is_done_without_hope),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

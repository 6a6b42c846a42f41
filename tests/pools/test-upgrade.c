/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ledgers as earlier versions wrote them: an old start, an upgrade, a new stop. The argument is the
 * directory with one ledger for each version.
 *
 * version-1: the pool of node 0 had 6 pages. "a" asked for 8, and adopted them; "b" asked for 3 and 5 on
 * node 2, beside those, to stay at its stop; then somebody killed a helper that was to add 20 for "c",
 * when 8 had come. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

static int ledgers = -1;

static void take(const char *path)
{
        _cleanup_free_ char *text = NULL, *from = NULL;
        _cleanup_close_ int fd = -1;
        size_t size;

        assert_true(asprintf(&from, "version-1/%s", path) > 0);
        assert_int_equal(sysfs_read(ledgers, from, &text, &size), 0);
        fd = openat(machine.state, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, size), size);
}

static void take_ledger(void)
{
        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        take("reservation/a:huge");
        take("reservation/b:huge");
        take("domain/a");
        fake_pool_set(&machine, 0, PAGE_HUGE, 11, 11, 0);
        fake_pool_set(&machine, 2, PAGE_HUGE, 5, 5, 0);
}

static void stop_all(void)
{
        assert_int_equal(release_reservation(&machine, "c", PAGE_HUGE), 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
}

static void test_stop(void **state)
{
        take_ledger();
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(9, 5);
        stop_all();
        assert_pools(6, 0);
        assert_int_equal(faccessat(machine.state, "baseline/huge", F_OK, 0), -1);
}

static void test_restart(void **state)
{
        _cleanup_free_ char *text = NULL;

        take_ledger();
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_int_equal(fake_kernel.writes, 0);
        assert_record("a", 0, 8, 6, 2);
        assert_int_equal(sysfs_read(machine.state, "reservation/a:huge", &text, NULL), 0);
        assert_ptr_equal(strstr(text, "version=2\n"), text);
        stop_all();
        assert_pools(6, 0);
}

static void test_others_wrote_their_number(void **state)
{
        take_ledger();
        fake_pool_set(&machine, 0, PAGE_HUGE, 6, 6, 0);
        stop_all();
        assert_pools(6, 0);
}

static void test_others_added(void **state)
{
        take_ledger();
        fake_pool_set(&machine, 0, PAGE_HUGE, 15, 15, 0);
        stop_all();
        assert_pools(10, 0);
}

static void test_killed_before_the_upgrade(void **state)
{
        take_ledger();
        take("reservation/c:huge");
        fake_pool_set(&machine, 0, PAGE_HUGE, 19, 19, 0);
        stop_all();
        assert_pools(6, 0);
}

static void test_domain(void **state)
{
        _cleanup_ledger_domain_ struct ledger_domain domain = {};

        take_ledger();
        assert_int_equal(ledger_load_domain(&machine, "a", &domain), 0);
        assert_string_equal(domain.path, "/mnt/fdx/.fd");
        assert_string_equal(domain.parents_made[0], "/mnt/fdx");
        assert_true(domain.base_made);
        assert_true(domain.mount[PAGE_HUGE] && domain.mount[PAGE_NORMAL]);
        assert_false(domain.mount[PAGE_GIGANTIC]);
}

int main(int argc, char **argv)
{
        const struct CMUnitTest tests[] = {
                TEST(test_stop),
                TEST(test_restart),
                TEST(test_others_wrote_their_number),
                TEST(test_others_added),
                TEST(test_killed_before_the_upgrade),
                TEST(test_domain),
        };

        if (argc != 2 || (ledgers = open(argv[1], O_DIRECTORY | O_CLOEXEC)) < 0)
                return 2;
        return cmocka_run_group_tests(tests, NULL, NULL);
}

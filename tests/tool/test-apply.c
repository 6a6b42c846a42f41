/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The jobs that a plan comes to, and their order, as a dry run prints them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/tool/apply/work.h"

/* What the dry run of SCHEME prints; the caller frees it. No job may reach systemd, which is not there. */
static char *perform(const struct scheme *scheme)
{
        struct tool tool = { .machine = MACHINE_NULL, .name = "tool" };
        struct work work = { .tool = &tool, .dry_run = true };
        char *said = NULL;
        size_t size;

        tool.out = open_memstream(&said, &size);
        assert_int_equal(work_perform(&work, scheme), 0);
        assert_int_equal(work_watch(&work, scheme), 0);
        fclose(tool.out);
        assert_false(work.failed);
        return said;
}

/* Stops and shrinking first, which make room; gigantic pages before huge ones; the setup after the remount. */
static void test_order(void **state)
{
        struct difference grows[] = {
                { .remedy = REMEDY_RESERVE, .type = PAGE_HUGE },
                { .remedy = REMEDY_RESERVE, .type = PAGE_GIGANTIC },
                { .remedy = REMEDY_REMOUNT, .type = PAGE_NORMAL },
        };
        struct difference shrinks[] = { { .remedy = REMEDY_RESERVE, .type = PAGE_HUGE, .shrinks = true } };
        struct live_domain live = { .path = (char *) "/mnt/grows" };
        struct scheme_domain domains[] = {
                { .name = "grows", .remedy = REMEDY_REMOUNT, .live = &live, .differences = { grows, 3, 3 } },
                { .name = "shrinks", .remedy = REMEDY_RESERVE, .differences = { shrinks, 1, 1 } },
                { .name = "new", .remedy = REMEDY_START },
                { .name = "other", .remedy = REMEDY_RESTART, .differences = { grows, 1, 1 } },
                { .name = "gone", .remedy = REMEDY_STOP },
                { .name = "same", .remedy = REMEDY_NONE },
        };
        struct scheme scheme = { .domains = domains, .n = ELEMENTSOF(domains), .watch = WATCH_START };
        _cleanup_free_ char *said = perform(&scheme);

        assert_string_equal(said, "Would stop fd-shmem@gone.target\n"
                                  "Would restart fd-shmem-reserve@shrinks:huge.service\n"
                                  "Would restart fd-shmem-reserve@grows:gigantic.service\n"
                                  "Would start fd-shmem@new.target\n"
                                  "Would restart fd-shmem@other.target\n"
                                  "Would restart fd-shmem-reserve@grows:huge.service\n"
                                  "Would reload mnt-grows-.normal.mount\n"
                                  "Would restart fd-shmem-setup@grows.service\n"
                                  "Would start fd-shmem-watch.timer\n");
}

/* Huge pages that move to another node do not grow there before gigantic ones do. */
static void test_pages_that_move(void **state)
{
        struct difference moves[] = {
                { .remedy = REMEDY_RESERVE, .type = PAGE_HUGE, .shrinks = true },
                { .remedy = REMEDY_RESERVE, .type = PAGE_HUGE, .grows = true },
        };
        struct difference grows[] = { { .remedy = REMEDY_RESERVE, .type = PAGE_GIGANTIC, .grows = true } };
        struct scheme_domain domains[] = {
                { .name = "moves", .remedy = REMEDY_RESERVE, .differences = { moves, 2, 2 } },
                { .name = "grows", .remedy = REMEDY_RESERVE, .differences = { grows, 1, 1 } },
        };
        struct scheme scheme = { .domains = domains, .n = ELEMENTSOF(domains) };
        _cleanup_free_ char *said = perform(&scheme);

        assert_string_equal(said, "Would restart fd-shmem-reserve@grows:gigantic.service\n"
                                  "Would restart fd-shmem-reserve@moves:huge.service\n");
}

static void test_nothing(void **state)
{
        struct scheme_domain domain = { .name = "same", .remedy = REMEDY_NONE };
        struct scheme scheme = { .domains = &domain, .n = 1, .watch = WATCH_KEEP };
        _cleanup_free_ char *said = perform(&scheme);

        assert_string_equal(said, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_order),
                cmocka_unit_test(test_pages_that_move),
                cmocka_unit_test(test_nothing),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What "status" says of pages and holders, for an answer made here. */

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "helpers/tool/status/status.h"
#include "tests/manager/fake-manager.h"

static struct query_pool pools[] = {
        { .node = 0, .counts = { .total = 100, .free = 25 } },
        { .node = 1, .counts = { .total = 8, .free = 8 } },
};
static struct ledger_node lines[] = { { .node = 0, .asked = 64, .added = 60 },
                                      { .node = 1, .asked = 8, .added = 8 } };
static struct ledger_reservation reservations[] = {
        { .type = PAGE_HUGE, .domain = (char *) "fd", .nodes = lines, .n_nodes = 2 }
};
static struct query_domain domains[] = {
        { .name = (char *) "fd",
          .path = (char *) "/mnt/.fd",
          .mount[PAGE_HUGE] = { .mounted = true, .listed = true, .used = UINT64_C(60) << 21 } },
        { .name = (char *) "fd",
          .path = (char *) "/mnt/.fd",
          .mount[PAGE_HUGE] = { .mounted = true } },
        { .name = (char *) "other", .path = (char *) "/mnt/other" },
};
static struct node_pages on_node[] = { { .node = 0, .pages = 50 } };
static struct region regions[] = { { .name = (char *) "a", .nodes = { on_node, 1 } },
                                   { .name = (char *) "b" } };
static struct holding holdings[] = { { .process = 1, .region = 0 },
                                     { .process = 1, .region = 1 },
                                     { .process = 2, .region = 1 } };
static struct holding directories[] = { { .process = 2, .region = 0 } };
static struct memory_process processes[] = { { .pid = 5, .command = (char *) "idle" },
                                             { .pid = 812, .command = (char *) "fdctl" },
                                             { .pid = 9, .command = (char *) "\033[2J" } };

static const struct query answer = {
        .type[PAGE_HUGE] = { .supported = true,
                             .pools = pools,
                             .n_pools = 2,
                             .reservations = reservations,
                             .n_reservations = 1 },
        .domains = domains,
        .n_domains = 3,
        .regions = { .items = regions,
                     .n = 2,
                     .n_named = 2,
                     .n_mounts = 1,
                     .holdings = holdings,
                     .n_holdings = 3,
                     .directories = directories,
                     .n_directories = 1 },
        .users = { .processes = processes, .n_processes = 3 },
};

typedef int (*print_t)(const struct query *query, const struct query_domain *domain,
                       const struct terminal *terminal);

static void check(print_t print, const struct query_domain *domain, bool draws,
                  const char *expected)
{
        struct terminal terminal = { .draws = draws };
        _cleanup_free_ char *text = NULL;
        size_t size;

        terminal.out = open_memstream(&text, &size);
        assert_int_equal(print(&answer, domain, &terminal), 0);
        fclose(terminal.out);
        assert_string_equal(text, expected);
}

static void test_pages(void **state)
{
        static const char elsewhere[] = "  10 of its huge pages are in use where no process shows "
                                        "them; they count as others'.\n";
        _cleanup_free_ char *drawn = NULL, *plain = NULL;

        assert_true(
                asprintf(&drawn, "%s%s",
                         "\n"
                         "  TYPE  NODE  ASKED  GOT  USED  OTHERS  FREE  POOL  USED, OTHERS, FREE\n"
                         "  huge     0     64   60    50      25    25   100  "
                         "████████████▒▒▒▒▒▒░░░░░░\n"
                         "  huge     1      8    8     0       0     8     8  "
                         "░░░░░░░░░░░░░░░░░░░░░░░░\n",
                         elsewhere) > 0);
        check(status_print_pages, domains, true, drawn);
        assert_true(asprintf(&plain, "%s%s",
                             "\n"
                             "  TYPE  NODE  ASKED  GOT  USED  OTHERS  FREE  POOL\n"
                             "  huge     0     64   60    50      25    25   100\n"
                             "  huge     1      8    8     0       0     8     8\n",
                             elsewhere) > 0);
        check(status_print_pages, domains, false, plain);
        check(status_print_pages, domains + 2, true, "");
}

/* Regions that may not be looked at: nobody knows whose the pages in use are. */
static void test_unseen(void **state)
{
        check(status_print_pages, domains + 1, true,
              "\n"
              "  TYPE  NODE  ASKED  GOT  FREE  POOL\n"
              "  huge     0     64   60    25   100\n"
              "  huge     1      8    8     8     8\n");
}

static void test_holders(void **state)
{
        check(status_print_holders, domains, false,
              "\n"
              "  PID  USER  HELD BY  REGIONS  DIRECTORIES\n"
              "  812  root  fdctl          2            0\n"
              "    9  root  \\x1b[2J        1            1\n");
        check(status_print_holders, domains + 2, false, "");
}

/* Without systemd it says so, and fails nothing. */
static void test_no_manager(void **state)
{
        _cleanup_status_units_ struct status_units units = {};
        struct terminal terminal = {};
        _cleanup_free_ char *text = NULL;
        size_t size;

        assert_int_equal(status_list_units(domains, &units), 0);
        terminal.out = open_memstream(&text, &size);
        assert_int_equal(status_print_units(&units, NULL, &terminal), 0);
        fclose(terminal.out);
        assert_non_null(strstr(text, "  The states of its units are not known: "));
}

/* Those that are not ours. */
static void test_consumers(void **state)
{
        struct terminal terminal = {};
        _cleanup_free_ char *text = NULL;
        size_t size;

        fake_unit("fd-shmem@fd.target", "active")->required_by =
                "app.service fd-shmem-x.service down.service";
        fake_unit("app.service", "active");
        terminal.out = open_memstream(&text, &size);
        assert_int_equal(status_print_consumers("fd", fake_bus, &terminal), 0);
        assert_int_equal(status_print_consumers("other", fake_bus, &terminal), 0);
        assert_int_equal(status_print_consumers("fd", NULL, &terminal), 0);
        fclose(terminal.out);
        assert_string_equal(text, "\n"
                                  "  REQUIRED BY   STATE\n"
                                  "  app.service   active (sub)\n"
                                  "  down.service  not known\n");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pages),
                cmocka_unit_test(test_unseen),
                cmocka_unit_test(test_holders),
                cmocka_unit_test(test_no_manager),
                cmocka_unit_test_setup_teardown(test_consumers, fake_manager_start,
                                                fake_manager_stop),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                return 77;
        return cmocka_run_group_tests(tests, NULL, NULL);
}

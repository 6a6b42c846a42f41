/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "query --metrics": an answer made here, as the file metrics.prom has it; and what is collected for it on a machine of
 * plain files.
 *
 * usage: test-metrics METRICS.prom            compares
 *        test-metrics --print > METRICS.prom  writes it anew */

#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/size.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/tool/query/metrics.h"
#include "tests/pools/fake-machine.h"
#include "tests/tool/plan-acts.h"

#define LICENCE "# SPDX-License-Identifier: LGPL-2.1-or-later\n"

#define MIB_(n) (UINT64_C(n) << 20)

static struct query_node nodes[] = {
        { .node = 0, .memory = { .total = MIB_(4096), .free = MIB_(3072), .watermark = MIB_(64) } },
        { .node = 1, .memory = { .total = MIB_(4096), .free = MIB_(1024) } },
};
static struct query_pool pools[] = {
        { .node = 0, .counts = { .total = 12, .free = 4, .surplus = 1 }, .held = 8, .others = 3 },
        { .node = 1, .counts = { .total = 512, .free = 512 }, .held = 512 },
};
static struct query_pool gigantic[] = { { .node = 0 }, { .node = 1 } };

static struct ledger_node lines[] = { { .node = 0, .asked = 16, .added = 8 },
                                      { .node = 1, .asked = 512, .added = 500, .adopted = 12 } };
static struct ledger_reservation reservations[] = {
        { .type = PAGE_HUGE, .domain = (char *) "fd", .nodes = lines, .n_nodes = 2 }
};

/* A name that no configuration has, for its characters. */
static struct query_domain domains[] = {
        { .name = (char *) "broken",
          .declared = true,
          .boots = true,
          .error = (char *) "1: [broken]" },
        { .name = (char *) "failed",
          .declared = true,
          .boots = true,
          .failure = (char *) "no memory",
          .failed = 990 },
        { .name = (char *) "fd",
          .declared = true,
          .boots = true,
          .state = STATE_DAMAGED,
          .n_foreign = 1,
          .declared_pages[PAGE_HUGE] = 528,
          .mount[PAGE_NORMAL] = { .mounted = true, .has_limit = true, .limit = MIB_(64) },
          .mount[PAGE_HUGE] = { .mounted = true,
                                .listed = true,
                                .has_claim = true,
                                .claimed = MIB_(1040),
                                .used = MIB_(8) } },
        { .name = (char *) "od\"d\\ \n\xff", .state = STATE_LEFTOVER },
        { .name = (char *) "unmet",
          .declared = true,
          .unmet = (char *) "ConditionHost=b is not met" },
        { .name = NULL, .state = STATE_UNMANAGED },
};

/* The second has no holder, the third no name any more. */
static struct region regions[] = { { .name = (char *) "a" },
                                   { .name = (char *) "b", .first_holding = REGION_NONE },
                                   { .name = (char *) "c", .deleted = true, .first_holding = 2 },
                                   { .name = (char *) "d", .mount = 7, .first_holding = 2 } };
static struct holding holdings[] = { { .process = 0, .region = 0, .next = 1 },
                                     { .process = 1, .region = 0, .next = REGION_NONE },
                                     { .process = 1, .region = 2, .next = REGION_NONE } };
static struct memory_process processes[] = { { .pid = 812 }, { .pid = 9 } };
static struct memory_use uses[] = {
        { .kind = MEMORY_ANONYMOUS, .page_size = MIB_(2), .allocated = MIB_(4) },
        { .process = 1,
          .kind = MEMORY_MEMFD,
          .inode = 7,
          .page_size = MIB_(2),
          .allocated = MIB_(6) },
        { .process = 1,
          .kind = MEMORY_MEMFD,
          .inode = 7,
          .page_size = MIB_(2),
          .allocated = MIB_(6) },
};
static struct drift drifts[] = {
        { .kind = DRIFT_POOL,
          .domain = (char *) "fd",
          .has_type = true,
          .type = PAGE_HUGE,
          .has_node = true,
          .node = 0,
          .recorded = 8,
          .there = 6 },
        { .kind = DRIFT_OWNER, .domain = (char *) "fd" },
};

static const struct query answer = {
        .now = 1000,
        .took_nsec = 3004005006,
        .n_errors = 2,
        .n_warnings = 1,
        .n_missing = 1,
        .reload = RELOAD_PENDING,
        .nodes = nodes,
        .n_nodes = 2,
        .type[PAGE_HUGE] = { .supported = true,
                             .reserved = 3,
                             .unseen = 2,
                             .pools = pools,
                             .n_pools = 2,
                             .reservations = reservations,
                             .n_reservations = 1 },
        .type[PAGE_GIGANTIC] = { .supported = true, .pools = gigantic, .n_pools = 2 },
        .domains = domains,
        .n_domains = 6,
        .regions = { .items = regions,
                     .n = 4,
                     .n_named = 2,
                     .holdings = holdings,
                     .n_holdings = 3 },
        .users = { .processes = processes, .n_processes = 2, .uses = uses, .n_uses = 3 },
        .drift = { .items = drifts, .n = 2 },
};

static const char *expected_file;

/* With "0" for the version, which every release changes. */
static char *print(const struct query *query)
{
        char *text = NULL, *version;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        assert_int_equal(query_print_metrics(query, out), 0);
        fclose(out);
        version = strstr(text, "\"" VERSION "\"");
        assert_non_null(version);
        memmove(version + strlen("\"0"), version + strlen("\"" VERSION),
                strlen(version + strlen("\"" VERSION)) + 1);
        version[1] = '0';
        return text;
}

static void test_expected(void **state)
{
        _cleanup_free_ char *text = print(&answer), *expected = NULL;

        assert_int_equal(io_read_file(AT_FDCWD, expected_file, &expected, NULL), 0);
        assert_int_equal(strncmp(expected, LICENCE, strlen(LICENCE)), 0);
        assert_string_equal(text, expected + strlen(LICENCE));
}

/* The reason of all domains that are down. */
static void test_switched_off(void **state)
{
        struct query query = answer;
        _cleanup_free_ char *text = NULL;

        query.switched_off = "fd-shmem=off is on the kernel command line";
        query.reload = RELOAD_UNKNOWN;
        text = print(&query);
        says(text, "\nfd_shmem_switched_off 1\n");
        says(text, "{domain=\"failed\",state=\"failed\"} 0\n");
        says(text, "{domain=\"failed\",state=\"switched-off\"} 1\n");
        says(text, "{domain=\"fd\",state=\"damaged\"} 1\n");
        assert_null(strstr(text, "\nfd_shmem_configuration_reload_pending "));
}

static char *run(const char *option, int expected)
{
        char *argv[] = { (char *) "query", (char *) option, NULL }, *output = NULL;
        size_t size;
        int r;

        tool.out = tool.errors = open_memstream(&output, &size);
        tool.path = "/mnt/nothing";
        optind = 0;
        r = verb_query(&tool, 2, argv);
        fclose(tool.out);
        if (r != expected)
                fprintf(stderr, "%s%s", output, fake_log());
        assert_int_equal(r, expected);
        return output;
}

static void declare(const char *text)
{
        int fd = openat(tool.root, "etc/fd-shmem.conf", O_WRONLY | O_CREAT | O_TRUNC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        close(fd);
}

#define CONFIGURATION                   \
        "[a]\nPath=/mnt/a\nHuge=0:10\n" \
        "[b]\nPath=/mnt/b\nHuge=0:20\n" \
        "[c]\nPath=/mnt/c\nHuge=0:x\n"  \
        "[d]\nPath=/mnt/d\nBoot=no\n"   \
        "[e]\nPath=/mnt/e\nNosuchkey=1\nNeither=1\n"

static void test_collected(void **state)
{
        _cleanup_free_ char *text = NULL;
        static const char *const samples[] = {
                "configuration_errors 1\n",
                "configuration_warnings 2\n",
                "pool_bytes{node=\"0\",size=\"2M\"} 12582912\n",
                "pool_bytes{node=\"2\",size=\"2M\"} 0\n",
                "domain_declared{domain=\"a\"} 1\n",
                "domain_boot{domain=\"b\"} 1\n",
                "domain_boot{domain=\"d\"} 0\n",
                "domain_configuration_error{domain=\"c\"} 1\n",
                "domain_configuration_error{domain=\"a\"} 0\n",
                "domain_state{domain=\"a\",state=\"damaged\"} 1\n",
                "domain_state{domain=\"a\",state=\"up\"} 0\n",
                "domain_state{domain=\"b\",state=\"failed\"} 1\n",
                "domain_state{domain=\"d\",state=\"down\"} 1\n",
                "domain_drift{domain=\"a\",kind=\"pool\"} 1\n",
                "domain_drift{domain=\"a\",kind=\"owner\"} 0\n",
                "domain_last_failure_timestamp_seconds{domain=\"b\"} 1",
                "domain_asked_bytes{domain=\"a\",node=\"0\",size=\"2M\",type=\"huge\"} 20971520\n",
                "domain_declared_bytes{domain=\"b\",type=\"huge\"} 41943040\n",
        };

        bring_up("size=65536k,mode=700", "pagesize=2M,min_size=20971520");
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 6, 6, 0);
        damage = "pages were taken";
        damage_kind = DRIFT_POOL;
        declare(CONFIGURATION);
        assert_int_equal(ledger_store_failure(tool.machine.state, "b", "no memory\n"), 0);
        text = run("--metrics", TOOL_OK);
        for (size_t i = 0; i < ELEMENTSOF(samples); i++)
                says(text, samples[i]);
        assert_null(strstr(text, "timestamp_seconds{domain=\"a\"}"));
        assert_string_equal(text + strlen(text) - strlen("\n# EOF\n"), "\n# EOF\n");
        (void) fake_log();
}

/* Only whole files have the name, and what is in the way is replaced, not followed. */
static void test_file(void **state)
{
        char directory[] = "/tmp/fd-shmem-test.XXXXXX", path[64], option[96];
        _cleanup_free_ char *text = NULL, *output = NULL, *none = NULL;
        struct stat st;

        bring_up("size=65536k,mode=700", NULL);
        assert_non_null(mkdtemp(directory));
        snprintf(path, sizeof(path), "%s/x.prom", directory);
        snprintf(option, sizeof(option), "--metrics=%s", path);
        assert_int_equal(symlink("victim", path), 0);
        umask(077);
        output = run(option, TOOL_OK);
        assert_string_equal(output, "");
        assert_int_equal(lstat(path, &st), 0);
        assert_true(S_ISREG(st.st_mode));
        assert_int_equal(st.st_mode & 07777, 0644);
        assert_int_equal(io_read_file(AT_FDCWD, path, &text, NULL), 0);
        says(text, "\n# EOF\n");
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rmdir(directory), 0); /* nothing else is left */

        (void) fake_log();
        none = run(option, -ENOENT);
        says(fake_log(), "Cannot write ");
}

static void test_alone(void **state)
{
        char *argv[] = { (char *) "query", (char *) "--metrics", (char *) "--json", NULL };
        _cleanup_free_ char *output = NULL;
        size_t size;

        tool.out = tool.errors = open_memstream(&output, &size);
        tool.name = "fd-shmem";
        optind = 0;
        assert_int_equal(verb_query(&tool, 3, argv), TOOL_FAILED);
        argv[2] = (char *) "a";
        optind = 0;
        assert_int_equal(verb_query(&tool, 3, argv), TOOL_FAILED);
        fclose(tool.out);
        says(fake_log(), "--metrics");
}

int main(int argc, char **argv)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_expected),
                cmocka_unit_test(test_switched_off),
                cmocka_unit_test_setup_teardown(test_collected, plan_setup, plan_teardown),
                cmocka_unit_test_setup_teardown(test_file, plan_setup, plan_teardown),
                cmocka_unit_test_setup_teardown(test_alone, plan_setup, plan_teardown),
        };

        if (argc != 2)
                return 2;
        if (strcmp(argv[1], "--print") == 0)
                return printf(LICENCE "%s", print(&answer)) < 0;
        expected_file = argv[1];
        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A forecast is right if the reservations do what it says. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/reserve/available.h"
#include "helpers/modules/reserve/reservation.h"
#include "helpers/tool/forecast/forecast.h"
#include "tests/pools/fake-machine.h"

#define DOMAINS_MAX 4

static struct tool tool;
static struct domain domains[DOMAINS_MAX];
static struct config config;
static bool mounting; /* what a domain has is promised to its mount */
static bool mounted[DOMAINS_MAX];

/* The linker's name (ld(1), --wrap). */
bool __wrap_available_is_mounted(const struct machine *machine, const char *domain,
                                 enum page_type type);
bool __wrap_available_is_mounted(const struct machine *machine, const char *domain,
                                 enum page_type type)
{
        for (size_t i = 0; i < config.n_domains; i++)
                if (strcmp(domains[i].name, domain) == 0)
                        return mounted[i];
        return false;
}

static int setup(void **state)
{
        tool = (struct tool) TOOL_NULL;
        fake_machine_open(&tool.machine);
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 0, 0, 0);
        fake_pool_set(&tool.machine, 2, PAGE_HUGE, 0, 0, 0);
        config = (struct config){ .domains = domains };
        mounting = false;
        memset(mounted, 0, sizeof(mounted));
        return 0;
}

static int teardown(void **state)
{
        for (size_t i = 0; i < config.n_domains; i++)
                page_request_done(&domains[i].request[PAGE_HUGE]);
        fake_machine_close(&tool.machine);
        return 0;
}

static struct domain *declare(const char *name, const char *huge)
{
        struct domain *domain = &domains[config.n_domains++];
        char *reason = NULL;

        *domain = (struct domain){ .name = (char *) name, .path = (char *) "/x", .boot = true };
        assert_int_equal(page_request_parse(huge, page_type_size(PAGE_HUGE),
                                            &domain->request[PAGE_HUGE], &reason),
                         0);
        return domain;
}

static int reserve(const struct domain *domain)
{
        return reservation_make(&tool.machine,
                                &(struct reservation_request){
                                        .domain = domain->name,
                                        .type = PAGE_HUGE,
                                        .size = page_size_default(PAGE_HUGE),
                                        .pages = domain->request[PAGE_HUGE],
                                        .policy = { .shortage = domain->policy.shortage,
                                                    .existing = domain->policy.existing,
                                                    .release = true },
                                });
}

/* What the ledger has of the domain must be what was foreseen. */
static void compare(const struct forecast_domain *entry)
{
        const struct forecast_type *type = &entry->type[PAGE_HUGE];
        struct ledger_reservation record;

        assert_int_equal(
                ledger_load_reservation(&tool.machine, entry->domain->name, PAGE_HUGE, &record), 0);
        for (size_t i = 0; i < type->n_nodes; i++) {
                const struct allocation_node *node = &type->nodes[i].plan;
                const struct ledger_node *line = holdings_node(&record, node->line.node);

                assert_non_null(line);
                assert_int_equal(line->asked, node->line.asked);
                assert_int_equal(line->adopted, node->line.adopted + node->adopt);
                assert_int_equal(line->added, node->line.added + node->add + node->convert -
                                                      node->give_back - type->nodes[i].missing);
                assert_int_equal(line->converted, node->line.converted + node->convert);
        }
        ledger_reservation_done(&record);
}

/* The file system that claims the domain's pages. */
static void mount_domain(const struct forecast_domain *entry)
{
        uint64_t pages = fake_pool(&tool.machine, 0, PAGE_HUGE);

        mounted[entry->domain - domains] = true;
        for (size_t i = 0; i < entry->type[PAGE_HUGE].n_nodes; i++)
                fake_kernel.reserved += entry->type[PAGE_HUGE].nodes[i].plan.line.asked;
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, pages, pages, 0); /* writes the promise, too */
}

static void forecast_and_reserve(void)
{
        _cleanup_forecast_ struct forecast forecast = {};

        assert_int_equal(forecast_make(&tool, &config, NULL, &forecast), 0);
        assert_int_equal(fake_kernel.writes, 0);
        for (size_t i = 0; i < forecast.n; i++) {
                int r = reserve(forecast.domains[i].domain);

                assert_int_equal(r < 0, forecast.domains[i].fails);
                if (r >= 0)
                        compare(&forecast.domains[i]);
                if (mounting)
                        mount_domain(&forecast.domains[i]);
        }
        fake_kernel.writes = 0;
}

static void test_empty_pools(void **state)
{
        declare("a", "0:10,2:20");
        declare("b", "each:5");
        declare("c", "7");
        forecast_and_reserve();
}

static void test_existing_pages_go_to_the_first(void **state)
{
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 12, 12, 0);
        declare("a", "0:10");
        declare("b", "0:10");
        forecast_and_reserve();
}

static void test_existing_pages_left_to_others(void **state)
{
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 12, 12, 0);
        declare("a", "0:10")->policy.existing = EXISTING_ADD;
        declare("b", "0:10");
        forecast_and_reserve();
}

static void test_promised_pages_are_not_adopted(void **state)
{
        mounting = true;
        fake_kernel.reserved = 5;
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 12, 12, 0);
        declare("a", "0:4");
        declare("b", "0:10");
        forecast_and_reserve();
}

static void test_pages_in_use_and_surplus(void **state)
{
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 20, 3, 4);
        declare("a", "0:8,2:1");
        declare("b", "0:4");
        forecast_and_reserve();
}

static void test_again_changes_nothing(void **state)
{
        _cleanup_forecast_ struct forecast forecast = {};

        declare("a", "0:10,2:20");
        forecast_and_reserve();
        forecast_and_reserve();
        assert_int_equal(forecast_make(&tool, &config, NULL, &forecast), 0);
        for (size_t i = 0; i < forecast.domains[0].type[PAGE_HUGE].n_nodes; i++) {
                const struct allocation_node *node =
                        &forecast.domains[0].type[PAGE_HUGE].nodes[i].plan;

                assert_int_equal(node->add + node->adopt + node->give_back, 0);
        }
}

static void test_grown_and_shrunk(void **state)
{
        static const char *const requests[] = { "0:10,2:20", "0:30,2:5", "2:40" };

        declare("b", "0:3");
        declare("a", requests[0]);
        forecast_and_reserve();
        for (size_t i = 1; i < ELEMENTSOF(requests); i++) {
                page_request_done(&domains[--config.n_domains].request[PAGE_HUGE]);
                declare("a", requests[i]);
                forecast_and_reserve();
        }
}

static void test_taken_out_by_somebody(void **state)
{
        declare("a", "0:10");
        forecast_and_reserve();
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 6, 6, 0);
        forecast_and_reserve();
}

static void test_headroom(void **state)
{
        _cleanup_forecast_ struct forecast forecast = {};
        const struct forecast_node *node;

        declare("a", "0:1800"); /* of 4 GiB, 3 are free */
        forecast_and_reserve();
        assert_int_equal(forecast_make(&tool, &config, NULL, &forecast), 0);
        node = &forecast.domains[0].type[PAGE_HUGE].nodes[0];
        assert_true(forecast.fails);
        assert_true(node->fits > 0 && node->fits < 1800);
        assert_int_equal(node->missing, 1800 - node->fits);
}

static void test_headroom_continue(void **state)
{
        declare("a", "0:1800")->policy.shortage = SHORTAGE_CONTINUE;
        forecast_and_reserve();
}

/* The second finds less memory than the first, although neither is there yet. */
static void test_domains_share_the_memory(void **state)
{
        _cleanup_forecast_ struct forecast forecast = {};
        const struct forecast_domain *entry;

        declare("a", "0:800");
        declare("b", "0:800");
        assert_int_equal(forecast_make(&tool, &config, NULL, &forecast), 0);
        entry = forecast.domains;
        assert_false(entry[0].fails);
        assert_true(entry[1].fails);
        assert_int_equal(entry[1].type[PAGE_HUGE].nodes[0].fits,
                         entry[0].type[PAGE_HUGE].nodes[0].fits - 800);
}

static void test_unknown_node(void **state)
{
        _cleanup_forecast_ struct forecast forecast = {};

        declare("a", "1:8");
        assert_int_equal(forecast_make(&tool, &config, NULL, &forecast), 0);
        assert_true(forecast.fails);
        assert_non_null(strstr(forecast.domains[0].type[PAGE_HUGE].problem, "node 1"));
}

/* The verbs, on the tree of files. */

static char *run(verb_run_t verb, const char *name, const char *text, char *option, int expected)
{
        char root[] = "/tmp/fd-shmem-test.XXXXXX", *argv[] = { (char *) name, option, NULL },
             *output = NULL;
        size_t size;
        FILE *file;

        assert_non_null(mkdtemp(root));
        tool.root = open(root, O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(mkdirat(tool.root, "etc", 0755), 0);
        file = fdopen(openat(tool.root, "etc/fd-shmem.conf", O_WRONLY | O_CREAT, 0644), "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);

        tool.out = open_memstream(&output, &size);
        optind = 0;
        assert_int_equal(verb(&tool, option ? 2 : 1, argv), expected);
        fclose(tool.out);

        assert_int_equal(unlinkat(tool.root, "etc/fd-shmem.conf", 0), 0);
        assert_int_equal(unlinkat(tool.root, "etc", AT_REMOVEDIR), 0);
        close(tool.root);
        rmdir(root);
        return output;
}

static void test_verb_plan(void **state)
{
        _cleanup_free_ char *down = NULL, *none = NULL, *bad = NULL;

        none = run(verb_plan, "plan", "", NULL, TOOL_OK);
        assert_non_null(strstr(none, "nothing to do"));
        down = run(verb_plan, "plan", "[a]\nHuge=0:3\nGigantic=no\n", NULL, TOOL_CHANGES);
        assert_non_null(strstr(down, "a is down: a start would bring it up"));
        bad = run(verb_plan, "plan", "[a]\nHuge=0:3\nMode=abc\n", NULL, TOOL_FAILED);
        assert_non_null(strstr(bad, "it will not start"));
}

static void test_verb_cmdline(void **state)
{
        _cleanup_free_ char *plain = NULL, *shares = NULL, *nothing = NULL;

        fake_pool_set(&tool.machine, 0, PAGE_GIGANTIC, 0, 0, 0);
        fake_pool_set(&tool.machine, 2, PAGE_GIGANTIC, 0, 0, 0);
        plain = run(verb_cmdline, "cmdline",
                    "[a]\nPath=/a\nHuge=0:3\nGigantic=2:1\n[b]\nPath=/b\nHuge=0:4,2:1\n"
                    "[c]\nPath=/c\nHuge=0:100\nBoot=no\n",
                    NULL, TOOL_OK);
        assert_string_equal(plain, "hugepagesz=1G hugepages=2:1 hugepagesz=2M hugepages=0:7,2:1\n");
        shares = run(verb_cmdline, "cmdline", "[a]\nHuge=25%\n", NULL, TOOL_OK);
        assert_string_equal(shares, "hugepagesz=2M hugepages=0:512,2:512\n"); /* of 4 GiB each */
        nothing = run(verb_cmdline, "cmdline", "[a]\nHuge=yes\n", NULL, TOOL_OK);
        assert_string_equal(nothing, "");
}

static void test_verb_cmdline_kubelet(void **state)
{
        _cleanup_free_ char *plain = NULL, *uneven = NULL, *for_pods = NULL, *nothing = NULL;
        char kubelet[] = "--kubelet";

        fake_pool_set(&tool.machine, 0, PAGE_GIGANTIC, 0, 0, 0);
        fake_pool_set(&tool.machine, 2, PAGE_GIGANTIC, 0, 0, 0);
        plain = run(verb_cmdline, "cmdline",
                    "[a]\nPath=/a\nHuge=0:512\nGigantic=2:1\n[b]\nPath=/b\nHuge=2:3\n"
                    "[c]\nPath=/c\nHuge=0:100\nBoot=no\n",
                    kubelet, TOOL_OK);
        assert_string_equal(plain, "--reserved-memory=0:hugepages-2Mi=1Gi;"
                                   "2:hugepages-1Gi=1Gi,hugepages-2Mi=6Mi\n");
        uneven = run(verb_cmdline, "cmdline", "[a]\nHuge=2:768\n", kubelet, TOOL_OK);
        assert_string_equal(uneven, "--reserved-memory=2:hugepages-2Mi=1536Mi\n");
        for_pods =
                run(verb_cmdline, "cmdline",
                    "[a]\nPath=/a\nHuge=0:1\n[b]\nPath=/b\nHuge=0:5\nRequiredBy=kubelet.service\n",
                    kubelet, TOOL_OK);
        assert_string_equal(for_pods, "--reserved-memory=0:hugepages-2Mi=2Mi\n");
        nothing = run(verb_cmdline, "cmdline", "[a]\nHuge=yes\n", kubelet, TOOL_OK);
        assert_string_equal(nothing, "");
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
                TEST(test_empty_pools),
                TEST(test_existing_pages_go_to_the_first),
                TEST(test_existing_pages_left_to_others),
                TEST(test_promised_pages_are_not_adopted),
                TEST(test_pages_in_use_and_surplus),
                TEST(test_again_changes_nothing),
                TEST(test_grown_and_shrunk),
                TEST(test_taken_out_by_somebody),
                TEST(test_headroom),
                TEST(test_headroom_continue),
                TEST(test_domains_share_the_memory),
                TEST(test_unknown_node),
                TEST(test_verb_plan),
                TEST(test_verb_cmdline),
                TEST(test_verb_cmdline_kubelet),
        };

        log_set_max_level(LOG_ERR);
        return cmocka_run_group_tests(tests, NULL, NULL);
}

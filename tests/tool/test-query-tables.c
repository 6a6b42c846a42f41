/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "query --table=": which columns there are, and what they show of an answer made here. */

#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/size.h"
#include "basic/string-list.h"
#include "helpers/modules/holders/holders.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/verbs.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/query/print.h"
#include "helpers/tool/terminal/table-columns.h"

#define MIB_(n) (UINT64_C(n) << 20)

static struct query_pool pools[] = {
        { .node = 0, .counts = { .total = 12, .free = 4, .surplus = 1 }, .held = 8, .others = 3 },
        { .node = 1, .counts = { .total = 512, .free = 512 }, .held = 512 },
};

static struct ledger_node lines[] = { { .node = 0, .asked = 16, .added = 8 },
                                      { .node = 1, .asked = 512, .added = 500, .adopted = 12 } };
static struct ledger_reservation reservations[] = {
        { .type = PAGE_HUGE, .domain = (char *) "fd", .nodes = lines, .n_nodes = 2 }
};

static struct query_domain domains[] = {
        { .name = (char *) "fd",
          .path = (char *) "/mnt/.fd",
          .declared = true,
          .state = STATE_UP,
          .has_directory = true,
          .mode = 0700,
          .mount[PAGE_HUGE] = { .mounted = true,
                                .listed = true,
                                .path = (char *) "/mnt/.fd/.huge",
                                .used = MIB_(8) } },
        { .name = (char *) "new",
          .path = (char *) "/mnt/new",
          .declared = true,
          .state = STATE_DOWN,
          .error = (char *) "/etc/fd-shmem.conf:6: [new] Huge=: \033[2J" },
};

static struct node_pages on_node[] = { { .node = 0, .pages = 3 }, { .node = 1, .pages = 1 } };
static struct region regions[] = {
        { .name = (char *) "a b\n",
          .size = MIB_(8),
          .allocated = MIB_(8),
          .made = 900,
          .mode = 0640,
          .nodes = { on_node, 2 } },
        { .name = (char *) "\xe2\x80\xae\xff\\",
          .size = MIB_(2),
          .made = 1000,
          .mode = 0600,
          .first_holding = REGION_NONE,
          .deleted = true },
};
static struct holding holdings[] = {
        { .process = 0, .region = 0, .next = 1, .use = HOLDER_OPEN | HOLDER_MAPPED },
        { .process = 1, .region = 0, .next = REGION_NONE, .use = HOLDER_MAPPED },
};
static struct holding directories[] = { { .process = 1, .region = 0, .use = HOLDER_CWD } };
static struct memory_process processes[] = {
        { .pid = 812, .command = (char *) "fdctl" },
        { .pid = 9, .command = (char *) "\033]0;x\a" },
};
static struct memory_use uses[] = { { .process = 1,
                                      .kind = MEMORY_ANONYMOUS,
                                      .page_size = MIB_(2),
                                      .mapped = MIB_(6),
                                      .allocated = MIB_(4),
                                      .nodes = { on_node, 1 } } };

static const struct query answer = {
        .now = 1000,
        .type[PAGE_HUGE] = { .supported = true,
                             .pools = pools,
                             .n_pools = 2,
                             .reservations = reservations,
                             .n_reservations = 1 },
        .domains = domains,
        .n_domains = 2,
        .regions = { .items = regions,
                     .n = 2,
                     .n_named = 2,
                     .n_mounts = 1,
                     .holdings = holdings,
                     .n_holdings = 2,
                     .directories = directories,
                     .n_directories = 1 },
        .users = { .processes = processes, .n_processes = 2, .uses = uses, .n_uses = 1 },
};

static char *show(const char *name, const char *columns, const struct table_format *how,
                  enum json_mode mode)
{
        const struct query_table *table = query_find_table(name);
        struct table_format format = *how;
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (columns)
                assert_int_equal(
                        table_columns_parse(columns, table->columns, table->n_columns, &format), 0);
        assert_int_equal(query_print_one(&answer, table, &format, mode, out), 0);
        fclose(out);
        return text;
}

static void check(const char *name, const char *columns, const struct table_format *how,
                  const char *expected)
{
        _cleanup_free_ char *text = show(name, columns, how, JSON_OFF);

        assert_string_equal(text, expected);
}

static const struct table_format plain = {};
static const struct table_format raw = { .raw = true, .no_headings = true, .bytes = true };

static void test_pools(void **state)
{
        check("pools", NULL, &plain,
              "TYPE  NODE  TOTAL  FREE  SURPLUS  DOMAINS  OTHERS\n"
              "huge     0     12     4        1        8       3\n"
              "huge     1    512   512        0      512       0\n");
        check("pools", "node,Page,PERSISTENT", &raw, "0 2097152 11\n1 2097152 512\n");
}

static void test_domains(void **state)
{
        check("domains", NULL, &plain,
              "DOMAIN  STATE  PATH      USER  MODE  HUGE  GIGANTIC   USED  REGIONS\n"
              "fd      up     /mnt/.fd  root  0700   520         0  8 MiB        2\n"
              "new     down   /mnt/new                 0         0\n");
        check("domains", "DOMAIN,HUGE-ASKED,ERROR", &plain,
              "DOMAIN  HUGE-ASKED  ERROR\n"
              "fd             528\n"
              "new              0  /etc/fd-shmem.conf:6: [new] Huge=: \\x1b[2J\n");
}

static void test_regions(void **state)
{
        check("regions", NULL, &plain,
              "DOMAIN  REGION                  TYPE   SIZE   USED  OWNER      MODE    AGE  NODES    "
              "HELD-BY\n"
              "fd      a b\\n                   huge  8 MiB  8 MiB  root:root  0640  100 s  0:3 1:1  "
              "812 fdctl (root), 9 \\x1b]0;x\\x07 (root)\n"
              "fd      \\u202e\\xff\\\\ (deleted)  huge  2 MiB      0  root:root  0600    0 s\n");
        check("regions", "path,size,age", &raw,
              "/mnt/.fd/.huge/a\\x20b\\x0a 8388608 100\n"
              "/mnt/.fd/.huge/\\xe2\\x80\\xae\\xff\\x5c 2097152 0\n");
}

static void test_holders(void **state)
{
        check("holders", "+USE", &raw,
              "fd 812 root fdctl region a\\x20b\\x0a 2097152  8388608 0:3\\x201:1 open,mapped\n"
              "fd 9 root \\x1b]0;x\\x07 region a\\x20b\\x0a 2097152  8388608 0:3\\x201:1 mapped\n"
              "fd 9 root \\x1b]0;x\\x07 directory .huge     cwd\n"
              " 9 root \\x1b]0;x\\x07 anonymous  2097152 6291456 4194304 0:3 \n");
}

static void test_json(void **state)
{
        _cleanup_free_ char *text = show("holders", "pid,command,mapped", &plain, JSON_SHORT);

        assert_string_equal(
                text, "{\"holders\":[{\"pid\":812,\"command\":\"fdctl\",\"mapped\":null},"
                      "{\"pid\":9,\"command\":\"\\u001b]0;x\\u0007\",\"mapped\":null},"
                      "{\"pid\":9,\"command\":\"\\u001b]0;x\\u0007\",\"mapped\":null},"
                      "{\"pid\":9,\"command\":\"\\u001b]0;x\\u0007\",\"mapped\":6291456}]}\n");
}

static bool has_word(const char *words, const char *word)
{
        size_t length = strlen(word);

        for (const char *p = words; (p = strstr(p, word)); p++)
                if ((p == words || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
                        return true;
        return false;
}

/* The completions offer every column of every table, and nothing else; and the names of the tables. */
static void test_choices(void **state)
{
        const char *offered = tool_option(OPTION_OUTPUT)->choices;
        _cleanup_free_ char *copy = strdup(offered);
        char *saved = NULL;

        for (const struct query_table *const *table = query_tables; *table; table++) {
                assert_true(has_word(tool_option(OPTION_TABLE)->choices, (*table)->name));
                for (size_t i = 0; i < (*table)->n_columns; i++)
                        assert_true(has_word(offered, (*table)->columns[i].name));
        }
        for (char *word = strtok_r(copy, " ", &saved); word; word = strtok_r(NULL, " ", &saved)) {
                bool found = false;

                for (const struct query_table *const *table = query_tables; *table; table++)
                        for (size_t i = 0; i < (*table)->n_columns; i++)
                                found |= strcmp((*table)->columns[i].name, word) == 0;
                assert_true(found);
        }
}

static char last_message[512];

int __wrap_log_full(int level, int error, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
int __wrap_log_full(int level, int error, const char *format, ...)
{
        va_list ap;

        va_start(ap, format);
        vsnprintf(last_message, sizeof(last_message), format, ap);
        va_end(ap);
        return -error;
}

static void test_wrong_columns(void **state)
{
        static const struct {
                const char *list, *message;
        } cases[] = {
                { "NODE,TOTAX",
                  "--output=TOTAX: there is no such column; did you mean TOTAL?; there are TYPE, NODE, "
                  "PAGE, TOTAL, FREE, SURPLUS, PERSISTENT, DOMAINS, OTHERS" },
                { "", "--output=: there is no such column; there are TYPE, " },
                { "+", "--output=: there is no such column; there are TYPE, " },
                { "NODE,\033[1m", "--output=\\x1b[1m: there is no such column; there are TYPE, " },
                { "NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE,NODE",
                  "--output=: at most 16 columns can be shown" },
        };
        const struct query_table *table = query_find_table("pools");

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct table_format format = {};

                assert_int_equal(table_columns_parse(cases[i].list, table->columns,
                                                     table->n_columns, &format),
                                 -EINVAL);
                assert_memory_equal(last_message, cases[i].message, strlen(cases[i].message));
        }
}

static void test_json_modes(void **state)
{
        enum json_mode mode;

        assert_int_equal(json_mode_parse(NULL, &mode), 0);
        assert_int_equal(mode, JSON_PRETTY);
        assert_int_equal(json_mode_parse("short", &mode), 0);
        assert_int_equal(mode, JSON_SHORT);
        assert_int_equal(json_mode_parse("off", &mode), 0);
        assert_int_equal(mode, JSON_OFF);
        assert_int_equal(json_mode_parse("Pretty", &mode), -EINVAL);
        assert_string_equal(last_message, "--json=Pretty: expected pretty, short or off");
}

/* A machine's files of settings: VALUES in the order of enum page_setting; NULL: the kernel has it not. */
static void make_settings(int directory, const char *const values[static N_PAGE_SETTINGS])
{
        (void) mkdirat(directory, "sys", 0755);
        (void) mkdirat(directory, "sys/vm", 0755);
        for (unsigned i = 0; i < N_PAGE_SETTINGS; i++) {
                char path[64];
                int fd;

                snprintf(path, sizeof(path), "sys/vm/%s", page_setting_name(i) + strlen("vm."));
                (void) unlinkat(directory, path, 0);
                if (!values[i])
                        continue;
                fd = openat(directory, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
                assert_return_code(dprintf(fd, "%s\n", values[i]), 0);
                close(fd);
        }
}

static char *show_settings(const struct query *query, enum json_mode mode)
{
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        assert_int_equal(mode == JSON_OFF ? query_print_table(query, out)
                                          : query_print_json(query, mode, out),
                         0);
        fclose(out);
        return text;
}

/* What the answer about this machine says of its settings: JSON's members, and the end of the text. */
static void check_settings(const struct tool *tool, const char *json, const char *hints)
{
        struct query query = answer;
        _cleanup_free_ char *text = NULL, *document = NULL;

        assert_int_equal(query_collect_settings(tool, &query), 0);
        document = show_settings(&query, JSON_SHORT);
        text = show_settings(&query, JSON_OFF);
        string_list_free(query.hints);
        assert_non_null(strstr(document, json));
        if (hints)
                assert_string_equal(strstr(text, "\nHint:"), hints);
        else
                assert_null(strstr(text, "Hint:"));
}

/* Of the domain that is up the pages that it has count, of the other those that it asks for. */
static void test_settings(void **state)
{
        char path[] = "/tmp/fd-shmem-settings.XXXXXX";
        struct tool tool = TOOL_NULL;

        assert_non_null(mkdtemp(path));
        tool.machine.procfs = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

        make_settings(tool.machine.procfs, (const char *const[]){ "65530", "7", "0" });
        check_settings(&tool,
                       "\"settings\":{\"vm.max_map_count\":65530,\"vm.hugetlb_shm_group\":7,"
                       "\"vm.hugetlb_optimize_vmemmap\":0},\"hints\":[],",
                       NULL);
        make_settings(tool.machine.procfs, (const char *const[]){ "1040", NULL, NULL });
        check_settings(&tool,
                       "\"settings\":{\"vm.max_map_count\":1040,\"vm.hugetlb_shm_group\":null,"
                       "\"vm.hugetlb_optimize_vmemmap\":null},\"hints\":[\"domain fd: 520 pages, ",
                       "\nHint: domain fd: 520 pages, and vm.max_map_count=1040; for a program that maps "
                       "each page by itself, as DPDK does, write vm.max_map_count=66570 into a file of "
                       "sysctl.d(5)\n");

        domains[1].declared_pages[PAGE_HUGE] = 64 * GIB / (2 * MIB);
        make_settings(tool.machine.procfs, (const char *const[]){ "1040", "0", "0" });
        check_settings(&tool, "\"hints\":[\"domain new: 32768 pages, ",
                       "\nHint: domain new: 32768 pages, and vm.max_map_count=1040; for a program that maps "
                       "each page by itself, as DPDK does, write vm.max_map_count=131066 into a file of "
                       "sysctl.d(5)\n"
                       "Hint: vm.hugetlb_optimize_vmemmap=0; with 1, in sysctl.d(5) or on the kernel command "
                       "line, the 66576 MiB of huge pages take about 910 MiB less memory\n");

        domains[1].declared_pages[PAGE_HUGE] = 0;
        make_settings(tool.machine.procfs, (const char *const[N_PAGE_SETTINGS]){});
        assert_return_code(unlinkat(tool.machine.procfs, "sys/vm", AT_REMOVEDIR), 0);
        assert_return_code(unlinkat(tool.machine.procfs, "sys", AT_REMOVEDIR), 0);
        close(tool.machine.procfs);
        assert_return_code(rmdir(path), 0);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_pools),         cmocka_unit_test(test_domains),
                cmocka_unit_test(test_regions),       cmocka_unit_test(test_holders),
                cmocka_unit_test(test_json),          cmocka_unit_test(test_choices),
                cmocka_unit_test(test_wrong_columns), cmocka_unit_test(test_json_modes),
                cmocka_unit_test(test_settings),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                return 77;
        return cmocka_run_group_tests(tests, NULL, NULL);
}

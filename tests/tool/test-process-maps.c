/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "helpers/modules/processes/process-maps.h"
#include "helpers/tool/regions/regions.h"

static void test_status(void **state)
{
        char user[] = "Name:\tfd\\nctl\nState:\tS\nUid:\t1\t2\t3\t4\nVmSize:\t 100 kB\n"
                      "HugetlbPages:\t    8192 kB\n",
             thread[] = "Name:\tkworker\nUid:\t0\t0\t0\t0\n", none[] = "gone";
        struct process_status status;

        assert_int_equal(process_status_parse(user, &status), 0);
        assert_string_equal(status.command, "fd\\nctl");
        assert_int_equal(status.uid, 2);
        assert_true(status.has_memory);
        assert_int_equal(status.hugetlb, 8192 * 1024);
        assert_int_equal(process_status_parse(thread, &status), 0);
        assert_false(status.has_memory);
        assert_true(process_status_parse(none, &status) < 0);
}

static void test_mapping(void **state)
{
        char file[] = "7f0fe5a00000-7f0fe5e00000 rw-s 00200000 00:27 40952             /mnt/a b",
             none[] = "7ffd5000-7ffd6000 rw-p 00000000 00:00 0 ", bad[] = "7ffd5000 rw-p";
        struct process_mapping mapping;

        assert_int_equal(process_mapping_parse(file, &mapping), 0);
        assert_int_equal(mapping.start, 0x7f0fe5a00000);
        assert_int_equal(mapping.end, 0x7f0fe5e00000);
        assert_int_equal(mapping.offset, 0x200000);
        assert_int_equal(mapping.device, makedev(0, 0x27));
        assert_int_equal(mapping.inode, 40952);
        assert_string_equal(mapping.path, "/mnt/a b");
        assert_int_equal(process_mapping_parse(none, &mapping), 0);
        assert_string_equal(mapping.path, "");
        assert_true(process_mapping_parse(bad, &mapping) < 0);
}

static void test_unescape(void **state)
{
        char gone[] = "/mnt/a\\012b (deleted)", there[] = "/mnt/a (deleted)b", empty[] = "";

        assert_true(process_path_unescape(gone));
        assert_string_equal(gone, "/mnt/a\nb");
        assert_false(process_path_unescape(there));
        assert_string_equal(there, "/mnt/a (deleted)b");
        assert_false(process_path_unescape(empty));
}

static void test_nodes(void **state)
{
        char huge[] =
                "7f0fe5a00000 bind:0-1 file=/mnt/N0=9\\040huge huge dirty=3 mapmax=2 N0=1 N3=2 "
                "kernelpagesize_kB=2048",
             normal[] = "7f00 default anon=1 N0=1 kernelpagesize_kB=4";
        struct process_nodes nodes;

        assert_int_equal(process_nodes_parse(huge, &nodes), 0);
        assert_true(nodes.huge);
        assert_int_equal(nodes.page_size, 2 << 20);
        assert_int_equal(nodes.n, 2);
        assert_int_equal(nodes.nodes[1].node, 3);
        assert_int_equal(nodes.nodes[1].pages, 2);
        assert_int_equal(process_nodes_parse(normal, &nodes), 0);
        assert_false(nodes.huge);
}

static void test_node_pages(void **state)
{
        struct node_pages_list list = {};

        assert_int_equal(node_pages_add(&list, 2, 5), 0);
        assert_int_equal(node_pages_add(&list, 0, 1), 0);
        assert_int_equal(node_pages_add(&list, 2, 3), 0);
        assert_int_equal(list.n, 2);
        assert_int_equal(list.items[0].node, 0);
        assert_int_equal(node_pages_sum(&list), 9);
        node_pages_done(&list);
}

/* Many regions, found all, and only those; late ones, too; one holding per process. */
static void test_regions(void **state)
{
        struct regions regions = {};
        struct region late = { .name = (char *) "late" };
        uint32_t index;

        assert_int_equal(regions_index(&regions), 0);
        for (late.inode = 1; late.inode <= 5000; late.inode++) {
                late.mount = late.inode % 3;
                assert_int_equal(regions_add_late(&regions, &late, &index), 0);
        }
        for (ino_t inode = 1; inode <= 5000; inode++) {
                index = regions_find(&regions, inode % 3, inode);
                assert_int_not_equal(index, REGION_NONE);
                assert_int_equal(regions.items[index].inode, inode);
                assert_int_equal(regions_find(&regions, (inode + 1) % 3, inode), REGION_NONE);
        }

        assert_int_equal(regions_hold(&regions, 7, 1, 1), 0);
        assert_int_equal(regions_hold(&regions, 7, 1, 2), 0);
        assert_int_equal(regions_hold(&regions, 7, 2, 2), 0);
        assert_int_equal(regions.n_holdings, 2);
        assert_int_equal(regions.holdings[0].use, 3);
        regions_done(&regions);
}

int main(void)
{
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_status),     cmocka_unit_test(test_mapping),
                cmocka_unit_test(test_unescape),   cmocka_unit_test(test_nodes),
                cmocka_unit_test(test_node_pages), cmocka_unit_test(test_regions),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

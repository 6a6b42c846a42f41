/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "basic/log.h"
#include "basic/size.h"
#include "device-tree.h"
#include "helpers/modules/reserve/near.h"

static const struct allocation_place two[] = { { 0, 4 * GIB }, { 1, 2 * GIB } };

static struct page_size huge = { 2 * MIB };

/* What PAGES of a domain with the devices of WORDS mean, as text; or the error. */
static int resolve(const char *words, const char *pages, enum shortage_policy shortage, size_t n,
                   char **ret_pages, char **ret_error)
{
        struct domain_policy policy = { .shortage = shortage };
        struct page_request request, resolved = {};
        _cleanup_devices_ struct devices devices = {};
        _cleanup_free_ char *reason = NULL;
        int tree = device_tree_make("0-1", n == 1 ? "0" : "0-1"), r;

        device_tree_pci(tree, "pci0000:00", "0000:00:01.0", "0x8086\n", "0x7010\n", "-1\n");
        device_tree_pci(tree, "pci0000:00", "0000:00:02.0", "0x8086\n", "0x7010\n", "-1\n");
        device_tree_pci(tree, "pci0000:09", "0000:09:03.0", "0x15b3\n", "0x1017\n", "1\n");
        device_tree_pci(tree, "pci0000:09", "0000:09:04.0", "0x15b3\n", "0x1018\n", "1\n");
        device_tree_pci(tree, "pci0000:0a", "0000:0a:01.0", "0x15b3\n", "0x1017\n", "0\n");
        device_tree_class(tree, "net", "pci0000:09/0000:09:03.0/net/eth2");
        device_tree_write(tree, "devices/system/node/node1/distance", "20 10\n");
        assert_int_equal(devices_read(tree, &devices), 0);
        device_tree_remove(tree);

        assert_int_equal(device_list_parse(words, &policy.devices, &reason), 0);
        assert_int_equal(page_request_parse(pages, huge.bytes, &request, &reason), 0);
        log_set_sink(log_keep_first_error, ret_error);
        r = near_resolve(&devices, &policy, two, n, huge, &request, &resolved);
        log_set_sink(NULL, NULL);
        if (r >= 0)
                assert_int_equal(page_request_format(&resolved, ret_pages), 0);
        page_request_done(&request);
        page_request_done(&resolved);
        device_list_done(&policy.devices);
        return r;
}

static void test_resolved(void **state)
{
        static const struct {
                const char *devices, *pages, *expected;
                enum shortage_policy shortage;
                size_t n;
        } cases[] = {
                { "pci:15b3:1018", "near:8", "1:8", SHORTAGE_FAIL, 2 },
                { "pci:15b3:1018", "device:8", "1:8", SHORTAGE_FAIL, 2 },
                /* two on the node, one on the other */
                { "pci:15b3:*", "near:8", "0:8,1:8", SHORTAGE_FAIL, 2 },
                { "pci:15b3:*", "device:8", "0:8,1:16", SHORTAGE_FAIL, 2 },
                { "pci:15b3:*", "device:25%", "0:512,1:512", SHORTAGE_FAIL, 2 },
                { "pci:15b3:*", "near:25%<200", "0:200,1:200", SHORTAGE_FAIL, 2 },
                /* the same device by several words */
                { "pci:15b3:1018 pci:0000:09:04.0", "device:8", "1:8", SHORTAGE_FAIL, 2 },
                { "net:eth* pci:0000:09:03.0", "device:8", "1:8", SHORTAGE_FAIL, 2 },
                { "net:eth2", "device:8", "1:8", SHORTAGE_FAIL, 2 },
                /* absent, and may be */
                { "?net:eth3 net:eth2", "near:8", "1:8", SHORTAGE_FAIL, 2 },
                { "?net:eth3", "near:8", "", SHORTAGE_FAIL, 2 },
                /* nobody says where it is */
                { "pci:8086:7010", "near:9", "0:5,1:4", SHORTAGE_CONTINUE, 2 },
                { "pci:8086:7010", "device:9", "0:9,1:9", SHORTAGE_CONTINUE, 2 },
                { "pci:8086:7010", "near:25%", "0:192,1:192", SHORTAGE_CONTINUE, 2 },
                { "pci:8086:7010 net:eth2", "near:8", "0:4,1:12", SHORTAGE_CONTINUE, 2 },
                { "pci:8086:7010", "device:9", "0:18", SHORTAGE_FAIL, 1 },
                /* its node has no memory */
                { "net:eth2", "near:9", "0:9", SHORTAGE_FAIL, 1 },
                { "pci:15b3:*", "near:9", "0:9", SHORTAGE_FAIL, 1 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *pages = NULL, *error = NULL;

                if (resolve(cases[i].devices, cases[i].pages, cases[i].shortage, cases[i].n, &pages,
                            &error) < 0)
                        fail_msg("%s %s: %s", cases[i].devices, cases[i].pages, error);
                if (strcmp(pages, cases[i].expected) != 0)
                        fail_msg("%s %s: %s", cases[i].devices, cases[i].pages, pages);
        }
}

static void test_refused(void **state)
{
        static const struct {
                const char *devices, *pages;
                enum shortage_policy shortage;
                int result;
                const char *error; /* a part of it */
        } cases[] = {
                { "net:eth3", "near:8", SHORTAGE_FAIL, -ENODEV, "net:eth3: this machine has no" },
                { "pci:15b3:1019 net:eth2", "near:8", SHORTAGE_CONTINUE, -ENODEV,
                  "write ?pci:15b3:1019" },
                { "pci:8086:7010", "near:8", SHORTAGE_FAIL, -ENXIO,
                  "does not say on which of its 2 nodes 0000:00:01.0 is" },
                { "pci:15b3:*", "device:4398046511104", SHORTAGE_FAIL, -ERANGE, "too large" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *pages = NULL, *error = NULL;

                assert_int_equal(resolve(cases[i].devices, cases[i].pages, cases[i].shortage, 2,
                                         &pages, &error),
                                 cases[i].result);
                assert_non_null(error);
                if (!strstr(error, cases[i].error))
                        fail_msg("%s: %s", cases[i].devices, error);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_resolved),
                cmocka_unit_test(test_refused),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

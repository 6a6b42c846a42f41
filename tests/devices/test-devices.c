/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "device-tree.h"
#include "helpers/modules/devices/devices.h"

/* All devices as "BUS NAME VENDOR:DEVICE NODE/MEMORY_NODE; ...". */
static void assert_devices(int tree, const char *expected)
{
        _cleanup_devices_ struct devices devices = {};
        char text[1024] = "";

        assert_int_equal(devices_read(tree, &devices), 0);
        for (size_t i = 0; i < devices.n; i++) {
                const struct device *device = &devices.list[i];

                snprintf(text + strlen(text), sizeof(text) - strlen(text),
                         "%s %s %04x:%04x %d/%d; ", device_bus_name(device->bus), device->name,
                         device->vendor, device->device, device->node, device->memory_node);
        }
        assert_string_equal(text, expected);
}

static void test_none(void **state)
{
        int tree = device_tree_make("0", "0");

        assert_devices(tree, "");
        device_tree_remove(tree);
}

static void test_nodes(void **state)
{
        int tree = device_tree_make("0-1", "0-1");

        device_tree_pci(tree, "pci0000:00", "0000:00:01.0", "0x8086\n", "0x7010\n", "-1\n");
        device_tree_pci(tree, "pci0000:09", "0000:09:03.0", "0x15b3\n", "0x1017\n", "1\n");
        /* what a driver makes has the node of the next directory above */
        device_tree_class(tree, "net", "pci0000:09/0000:09:03.0/net/eth2");
        device_tree_class(tree, "net", "virtual/net/lo");
        device_tree_class(tree, "block", "pci0000:09/0000:09:03.0/virtio0/block/vda");
        device_tree_class(tree, "block", "pci0000:09/0000:09:03.0/virtio0/block/vda/vda1");
        device_tree_write(tree, "class/net/bonding_masters", "\n");

        assert_devices(tree, "pci 0000:00:01.0 8086:7010 -1/-1; pci 0000:09:03.0 15b3:1017 1/1; "
                             "net eth2 0000:0000 1/1; net lo 0000:0000 -1/-1; "
                             "block vda 0000:0000 1/1; block vda1 0000:0000 1/1; ");
        device_tree_remove(tree);
}

/* A node without memory: the nearest that has some. The distances are of the nodes that are online. */
static void test_nearest(void **state)
{
        int tree = device_tree_make("0,2-4", "0,4");

        device_tree_write(tree, "devices/system/node/node2/distance", "30 10 12 20\n");
        device_tree_write(tree, "devices/system/node/node3/distance", "21 12 10 21\n");
        device_tree_pci(tree, "pci0000:02", "0000:02:00.0", "0x1\n", "0x2\n", "2\n");
        device_tree_pci(tree, "pci0000:03", "0000:03:00.0", "0x1\n", "0x2\n", "3\n");
        device_tree_pci(tree, "pci0000:04", "0000:04:00.0", "0x1\n", "0x2\n", "4\n");
        device_tree_pci(tree, "pci0000:05", "0000:05:00.0", "0x1\n", "0x2\n", "7\n");

        assert_devices(tree, "pci 0000:02:00.0 0001:0002 2/4; pci 0000:03:00.0 0001:0002 3/0; "
                             "pci 0000:04:00.0 0001:0002 4/4; pci 0000:05:00.0 0001:0002 7/-1; ");
        device_tree_remove(tree);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_none),
                cmocka_unit_test(test_nodes),
                cmocka_unit_test(test_nearest),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

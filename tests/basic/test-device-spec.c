/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/words/device-spec.h"

static void test_words(void **state)
{
        static const struct {
                const char *text;
                const char *canonical; /* NULL: TEXT itself */
                enum device_bus bus;
                bool optional, pattern;
        } cases[] = {
                { "pci:0000:3b:00.0", NULL, DEVICE_PCI, false, false },
                { "pci:0000:3B:00.7", "pci:0000:3b:00.7", DEVICE_PCI, false, false },
                { "pci:10000:01:00.0", NULL, DEVICE_PCI, false, false },
                { "pci:0000:3b:00.*", NULL, DEVICE_PCI, false, true },
                { "pci:15b3:1017", NULL, DEVICE_PCI, false, true },
                { "?pci:15B3:*", "?pci:15b3:*", DEVICE_PCI, true, true },
                { "net:eth2", NULL, DEVICE_NET, false, false },
                { "?net:enp59s0f0np0", NULL, DEVICE_NET, true, false },
                { "net:eth?", NULL, DEVICE_NET, false, true },
                { "net:eth0.100", NULL, DEVICE_NET, false, false },
                { "block:nvme0n1", NULL, DEVICE_BLOCK, false, false },
                { "block:nvme*n1", NULL, DEVICE_BLOCK, false, true },
                { "block:sd[ab]", NULL, DEVICE_BLOCK, false, true },
                { "block:cciss!c0d0", NULL, DEVICE_BLOCK, false, false },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(device_spec_done) struct device_spec spec = {};
                _cleanup_free_ char *reason = NULL;

                assert_int_equal(device_spec_parse(cases[i].text, &spec, &reason), 0);
                assert_string_equal(spec.text, cases[i].canonical ?: cases[i].text);
                assert_int_equal(spec.bus, cases[i].bus);
                assert_int_equal(spec.optional, cases[i].optional);
                assert_int_equal(device_spec_is_pattern(&spec), cases[i].pattern);
        }
}

static void test_refused(void **state)
{
        static const struct {
                const char *text;
                const char *reason; /* a part of it */
        } cases[] = {
                { "eth2", "'eth2' is no device; write pci:ADDRESS" },
                { "0000:3b:00.0", "is no device; write pci:" },
                { "usb:1-1", "is no device" },
                { "NET:eth2", "is no device" },
                { "??net:eth2", "is no device" },
                { "?", "is no device" },
                { "pci:", "neither the address" },
                { "pci:3b:00.0", "neither the address" },
                { "pci:0000:3b:00.8", "neither the address" },
                { "pci:0000:3b:00.0x", "neither the address" },
                { "pci:0000:3b:*", "neither the address" },
                { "pci:15b3:10171", "neither the address" },
                { "pci:15b3:", "neither the address" },
                { "pci:*:1017", "neither the address" },
                { "pci:15b3:10*", "neither the address" },
                { "net:", "names no interface" },
                { "net:..", "names no interface" },
                { "net:abcdefghijklmnop", "longer than the name of an interface can be, 15" },
                { "block:", "names no disk" },
                { "block:/dev/sda", "slash in it; write the name that /sys/class/block has" },
                { "net:a,net:b", "separate devices by blanks" },
                { "net:a\x01", "separate devices by blanks" },
                { "net:\"a\"", "a quote" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct device_spec spec = { .vendor = 77 };
                _cleanup_free_ char *reason = NULL;

                assert_int_equal(device_spec_parse(cases[i].text, &spec, &reason), -EINVAL);
                if (!strstr(reason, cases[i].reason))
                        fail_msg("'%s': \"%s\" lacks \"%s\"", cases[i].text, reason,
                                 cases[i].reason);
                assert_int_equal(spec.vendor, 77);
        }
}

static void test_matches(void **state)
{
        static const struct {
                const char *text;
                enum device_bus bus;
                const char *name;
                uint32_t vendor, device;
                bool expected;
        } cases[] = {
                { "pci:0000:3b:00.0", DEVICE_PCI, "0000:3b:00.0", 1, 2, true },
                { "pci:0000:3b:00.0", DEVICE_PCI, "0000:3b:00.1", 1, 2, false },
                { "pci:0000:3b:00.*", DEVICE_PCI, "0000:3b:00.1", 1, 2, true },
                { "pci:0000:3b:00.*", DEVICE_PCI, "0001:3b:00.1", 1, 2, false },
                { "pci:15b3:1017", DEVICE_PCI, "0000:01:00.0", 0x15b3, 0x1017, true },
                { "pci:15b3:1017", DEVICE_PCI, "0000:01:00.0", 0x15b3, 0x1018, false },
                { "pci:15b3:*", DEVICE_PCI, "0000:01:00.0", 0x15b3, 0x1018, true },
                { "pci:15b3:*", DEVICE_PCI, "0000:01:00.0", 0x8086, 0x1018, false },
                { "net:eth*", DEVICE_NET, "eth12", 0, 0, true },
                { "net:eth*", DEVICE_BLOCK, "eth12", 0, 0, false },
                { "?net:eth1", DEVICE_NET, "eth1", 0, 0, true },
                { "net:eth1", DEVICE_NET, "eth12", 0, 0, false },
                { "block:nvme*n1", DEVICE_BLOCK, "nvme3n1", 0, 0, true },
                { "block:nvme*n1", DEVICE_BLOCK, "nvme3n1p1", 0, 0, false },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(device_spec_done) struct device_spec spec = {};
                _cleanup_free_ char *reason = NULL;

                assert_int_equal(device_spec_parse(cases[i].text, &spec, &reason), 0);
                if (device_spec_matches(&spec, cases[i].bus, cases[i].name, cases[i].vendor,
                                        cases[i].device) != cases[i].expected)
                        fail_msg("%s, %s", cases[i].text, cases[i].name);
        }
}

static void test_list(void **state)
{
        _cleanup_(device_list_done) struct device_list list = {}, again = {};
        _cleanup_free_ char *reason = NULL, *text = NULL;

        assert_int_equal(device_list_format(&list, &text), 0);
        assert_null(text);

        assert_int_equal(
                device_list_parse("pci:15B3:1017 \t?net:eth* pci:15b3:1017", &list, &reason), 0);
        assert_int_equal(list.n, 2);
        assert_true(device_list_needs_driver(&list));
        assert_int_equal(device_list_format(&list, &text), 0);
        assert_string_equal(text, "pci:15b3:1017 ?net:eth*");

        /* nothing is taken of a list with a bad word */
        assert_int_equal(device_list_parse("pci:0000:01:00.0 x", &again, &reason), -EINVAL);
        assert_int_equal(again.n, 0);
        free(TAKE_PTR(reason));
        assert_int_equal(device_list_parse("pci:0000:01:00.0", &again, &reason), 0);
        assert_false(device_list_needs_driver(&again));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_words),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_matches),
                cmocka_unit_test(test_list),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

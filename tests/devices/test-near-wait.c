/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "device-tree.h"
#include "helpers/modules/reserve/near-wait.h"

/* Linked with --wrap=nanosleep: nothing waits here. */
int __wrap_nanosleep(const struct timespec *duration, struct timespec *remaining);

static unsigned pauses;
static int tree;

int __wrap_nanosleep(const struct timespec *duration, struct timespec *remaining)
{
        pauses++;
        return 0;
}

static int on_waiting(const struct device_spec *spec, void *userdata)
{
        const char *const *awaited = userdata;

        assert_string_equal(spec->text, *awaited);
        if (pauses == 3)
                device_tree_class(tree, "net", "pci0000:09/0000:09:03.0/net/eth2");
        return pauses == 20 && strcmp(spec->text, "net:give-up*") == 0 ? -ECANCELED : 0;
}

/* Waits for what WORDS mean, AWAITED; returns the number of pauses, or a negative errno. */
static int wait_for(const char *words, const char *awaited)
{
        struct machine machine = MACHINE_NULL;
        struct device_list list;
        char *reason;
        int r;

        pauses = 0;
        machine.sysfs = tree = device_tree_make("0-1", "0-1");
        assert_int_equal(device_list_parse(words, &list, &reason), 0);
        r = near_wait(&machine, &list, on_waiting, &awaited);
        device_list_done(&list);
        device_tree_remove(tree);
        return r < 0 ? r : (int) pauses;
}

static void test_wait(void **state)
{
        /* what has a unit, and what is there before any driver or never */
        assert_int_equal(wait_for("net:eth7 block:sda pci:15b3:* ?pci:0000:01:00.0", ""), 0);
        /* it comes */
        assert_int_equal(wait_for("net:eth*", "net:eth*"), 4);
        assert_int_equal(wait_for("?net:eth2", "?net:eth2"), 4);
        /* it does not come: four times a second */
        assert_int_equal(wait_for("net:wlan*", "net:wlan*"), 4 * NEAR_WAIT_SEC);
        assert_int_equal(wait_for("?block:sda", "?block:sda"), 4 * NEAR_WAIT_OPTIONAL_SEC);
        /* somebody ends it */
        assert_int_equal(wait_for("net:give-up*", "net:give-up*"), -ECANCELED);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_wait),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

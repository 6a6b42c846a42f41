/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The comparison of mounts: what is mounted, with which options, and how much of the pages it claims. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tool/difference-acts.h"

static void test_claim(void **state)
{
        domain.claim[PAGE_HUGE].scope = CLAIM_NONE;
        expect(REMEDY_RESTART, "MinSize restart");
        make_unclaimed();
        domain.claim[PAGE_HUGE].scope = CLAIM_ALL;
        expect(REMEDY_RESTART, "MinSize restart");
        /* A restart while the old mount was held: it claims less than there is. */
        difference_setup(state);
        grow(10);
        asked.amount.value = 12;
        node.plan.line = (struct ledger_node){ .asked = 12, .added = 12 };
        live.pages[PAGE_HUGE] = 12;
        expect(REMEDY_RESTART, "MinSize restart");
}

/* Others had some of the pages when it was mounted. */
static void test_lesser_claim(void **state)
{
        live.pages[PAGE_HUGE] = 10;
        live.mount[PAGE_HUGE].options = (char *) "rw,relatime,rw,pagesize=2M,min_size=12582912";
        expect(REMEDY_RESTART, "MinSize restart");
        domain.policy.shortage = SHORTAGE_CONTINUE;
        expect(REMEDY_NONE, "");
        live.pages[PAGE_HUGE] = 4; /* and more than there are is none */
        expect(REMEDY_RESTART, "MinSize restart");
}

static void test_nodes_of_tmpfs(void **state)
{
        domain.normal_nodes = (char *) "0,2";
        expect(REMEDY_RESTART, "Normal restart");
        live.mount[PAGE_NORMAL].options =
                (char *) "rw,relatime,nosuid,nodev,rw,size=65536k,mode=700,mpol=bind:0,2";
        expect(REMEDY_NONE, "");
        domain.normal_nodes = (char *) NORMAL_NEAR; /* of a device that was there at the mount */
        expect(REMEDY_NONE, "");
        domain.normal_size.value = 128 * MIB;
        expect(REMEDY_RESTART, "Normal restart");
}

static void test_size_of_tmpfs(void **state)
{
        domain.normal_size.value = 128 * MIB;
        expect(REMEDY_REMOUNT, "Normal in place");
        domain.normal_size.value = 32 * MIB;
        expect(REMEDY_REMOUNT, "Normal in place");
        live.mount[PAGE_NORMAL].used = 33 * MIB; /* it does not fit */
        expect(REMEDY_RESTART, "Normal restart");
        domain.normal = NORMAL_MOUNT; /* no size= in the unit, and a remount keeps the old one */
        expect(REMEDY_RESTART, "Normal restart");
}

static void test_mounts(void **state)
{
        layout.mount[PAGE_NORMAL] = MOUNT_NONE;
        domain.normal = NORMAL_NONE;
        expect(REMEDY_RESTART, "Normal restart");
        live.recorded[PAGE_NORMAL] = false;
        expect(REMEDY_NONE, "");
        layout.mount[PAGE_GIGANTIC] = MOUNT_OURS;
        domain.request[PAGE_GIGANTIC].scope = REQUEST_MOUNT;
        expect(REMEDY_RESTART, "Gigantic restart");
        /* It was left out on a machine without such pages. */
        live.recorded[PAGE_GIGANTIC] = true;
        expect(REMEDY_NONE, "");
        live.mount[PAGE_GIGANTIC].present = true; /* but not what we mount */
        expect(REMEDY_RESTART, "Gigantic restart");
}

/* fstab has it now: what is mounted there is somebody else's matter. */
static void test_foreign(void **state)
{
        layout.mount[PAGE_NORMAL] = MOUNT_FOREIGN;
        live.mount[PAGE_NORMAL].options = huge_options;
        live.mount[PAGE_NORMAL].root.mode = 0777;
        expect(REMEDY_NONE, "");
}

static void test_options(void **state)
{
        domain.options = (char *) "noatime,x-gvfs-hide";
        expect(REMEDY_RESTART, "Options restart; Options restart"); /* of each mount */
}

/* Of one mount. */
static void test_type_options(void **state)
{
        domain.type_options[PAGE_HUGE] = (char *) "noatime,x-gvfs-hide";
        expect(REMEDY_RESTART, "HugeOptions restart");
        domain.type_options[PAGE_HUGE] = NULL;
        expect(REMEDY_NONE, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_claim),
                TEST(test_lesser_claim),
                TEST(test_nodes_of_tmpfs),
                TEST(test_size_of_tmpfs),
                TEST(test_mounts),
                TEST(test_foreign),
                TEST(test_options),
                TEST(test_type_options),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

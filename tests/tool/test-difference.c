/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The comparison of a domain with what is there of it, and by what each difference is changed: live state
 * as data. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "basic/size.h"
#include "helpers/tool/plan/difference.h"

static struct domain domain;
static struct node_amount asked;
static struct mount_layout layout;
static struct live_domain live;
static struct owner owner;
static struct forecast_domain forecast;
static struct forecast_node node;
static struct comparison comparison;

static char normal_options[] = "rw,relatime,nosuid,nodev,rw,size=65536k,mode=700,inode64";
static char huge_options[] = "rw,relatime,rw,pagesize=2M,min_size=20971520";
static char unclaimed_options[] = "rw,relatime,rw,pagesize=2M";

static struct live_owner as_declared(void)
{
        return (struct live_owner){ .known = true, .owner = { 7, 8 }, .mode = 0750 };
}

/* Everything is as it should be: 10 claimed huge pages on node 0, a tmpfs of 64 MiB. */
static int setup(void **state)
{
        asked = (struct node_amount){ 0, { AMOUNT_PAGES, 10 } };
        domain = (struct domain){
                .name = (char *) "a",
                .path = (char *) "/mnt/a",
                .user = (char *) "7",
                .mode = 0750,
                .request = { [PAGE_HUGE] = { REQUEST_NODES, &asked, 1, {} } },
                .normal = NORMAL_SIZE,
                .normal_size = { AMOUNT_BYTES, 64 * MIB },
                .mounts = true,
                .policy = { .release = true },
                .boot = true,
        };
        layout = (struct mount_layout){
                .domain = &domain,
                .mount = { [PAGE_NORMAL] = MOUNT_OURS, [PAGE_HUGE] = MOUNT_OURS },
        };
        live = (struct live_domain){
                .name = (char *) "a",
                .path = (char *) "/mnt/a",
                .recorded = { [PAGE_NORMAL] = true, [PAGE_HUGE] = true },
                .mount = {
                        [PAGE_NORMAL] = { true, true, 1, normal_options, 0, as_declared() },
                        [PAGE_HUGE] = { true, true, 2, huge_options, 0, as_declared() },
                },
                .base = as_declared(),
                .reserved = { [PAGE_HUGE] = true },
                .release = { [PAGE_HUGE] = true },
                .pages = { [PAGE_HUGE] = 10 },
                .added = { [PAGE_HUGE] = 10 },
        };
        owner = (struct owner){ 7, 8 };
        node = (struct forecast_node){ .plan.line = { .asked = 10, .added = 10 } };
        forecast = (struct forecast_domain){
                .domain = &domain,
                .up = true,
                .type = { [PAGE_HUGE] = { .wanted = true, .nodes = &node, .n_nodes = 1 } },
        };
        comparison = (struct comparison){
                .layout = &layout,
                .live = &live,
                .owner = &owner,
                .forecast = &forecast,
                .memory = 8192 * MIB,
                .boot_known = true,
                .boot = true,
        };
        return 0;
}

/* The differences in one line, "Mode apply in place; ", and what it comes to. */
static void expect(enum remedy remedy, const char *expected)
{
        _cleanup_differences_ struct differences list = {};
        char text[512] = "";

        assert_int_equal(differences_find(&comparison, &list), 0);
        for (size_t i = 0; i < list.n; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s %s",
                         i > 0 ? "; " : "", list.items[i].key,
                         list.items[i].remedy < REMEDY_START ? "in place"
                                                             : remedy_verb(list.items[i].remedy));
        assert_string_equal(text, expected);
        assert_int_equal(differences_remedy(&list), remedy);
}

static void grow(uint64_t pages)
{
        node.plan.line.asked = pages;
        node.plan.add = pages > 10 ? pages - 10 : 0;
        node.plan.give_back = pages < 10 ? 10 - pages : 0;
        asked.amount.value = pages;
}

static void make_unclaimed(void)
{
        domain.claim[PAGE_HUGE].scope = CLAIM_NONE;
        live.mount[PAGE_HUGE].options = unclaimed_options;
}

static void test_same(void **state)
{
        expect(REMEDY_NONE, "");
}

static void test_owner_and_mode(void **state)
{
        owner.uid = 9;
        expect(REMEDY_SETUP, "User in place");
        owner.gid = 9;
        domain.mode = 0700;
        expect(REMEDY_SETUP, "User in place; Group in place; Mode in place");
        comparison.owner = NULL; /* no such user: that is said elsewhere */
        expect(REMEDY_SETUP, "Mode in place");
        setup(state);
        live.mount[PAGE_HUGE].root.mode = 0777; /* one of three */
        expect(REMEDY_SETUP, "Mode in place");
        live.mount[PAGE_HUGE].root.known = false; /* not for us to see */
        expect(REMEDY_NONE, "");
}

static void test_claimed_pages(void **state)
{
        grow(12);
        expect(REMEDY_RESTART, "Huge restart");
        grow(8);
        expect(REMEDY_RESTART, "Huge restart");
}

static void test_unclaimed_pages(void **state)
{
        make_unclaimed();
        expect(REMEDY_NONE, "");
        grow(12);
        expect(REMEDY_RESERVE, "Huge in place");
        grow(8);
        expect(REMEDY_RESERVE, "Huge in place");
}

/* Six of ten pages are claimed: as many stay claimed while the number changes, as long as there are so many
 * at every moment. */
static void test_part_claimed(void **state)
{
        domain.claim[PAGE_HUGE] = (struct mount_claim){ CLAIM_PART, { AMOUNT_PAGES, 6 } };
        live.mount[PAGE_HUGE].options = (char *) "rw,relatime,rw,pagesize=2M,min_size=12582912";
        expect(REMEDY_NONE, "");
        grow(12);
        expect(REMEDY_RESERVE, "Huge in place");
        grow(6);
        expect(REMEDY_RESERVE, "Huge in place");
        grow(5);
        expect(REMEDY_RESTART, "Huge restart");
        grow(12);
        domain.claim[PAGE_HUGE].amount = (struct amount){ AMOUNT_PERCENT, 6000 }; /* 7 of 12 */
        expect(REMEDY_RESTART, "Huge restart");
}

/* Without mounts nothing claims the pages. */
static void test_no_mounts(void **state)
{
        domain.mounts = false;
        domain.path = (char *) "";
        layout.mount[PAGE_HUGE] = layout.mount[PAGE_NORMAL] = MOUNT_NONE;
        expect(REMEDY_RESTART, "Mounts restart");
        live = (struct live_domain){ .name = live.name, .path = (char *) "" };
        expect(REMEDY_NONE, "");
        grow(12);
        expect(REMEDY_RESERVE, "Huge in place");
}

/* What was taken away comes back without another claim. */
static void test_lost_pages(void **state)
{
        node.plan.line.added = 6;
        node.plan.lost = 4;
        node.plan.add = 4;
        live.pages[PAGE_HUGE] = 10;
        expect(REMEDY_RESERVE, "Huge in place");
}

/* Of a domain that goes on with fewer, what cannot be had is no difference. */
static void test_missing_pages(void **state)
{
        make_unclaimed();
        domain.policy.shortage = SHORTAGE_CONTINUE;
        grow(12);
        node.missing = 2;
        expect(REMEDY_NONE, "");
        node.missing = 1;
        expect(REMEDY_RESERVE, "Huge in place");
}

static void test_claim(void **state)
{
        domain.claim[PAGE_HUGE].scope = CLAIM_NONE;
        expect(REMEDY_RESTART, "MinSize restart");
        make_unclaimed();
        domain.claim[PAGE_HUGE].scope = CLAIM_ALL;
        expect(REMEDY_RESTART, "MinSize restart");
        /* A restart while the old mount was held: it claims less than there is. */
        setup(state);
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

static void test_path(void **state)
{
        live.path = (char *) "/mnt/b";
        expect(REMEDY_RESTART, "Path restart");
}

static void test_repair(void **state)
{
        domain.repair = true;
        expect(REMEDY_NONE, ""); /* systemd can't be asked */
        comparison.repair_known = true;
        expect(REMEDY_NONE, ""); /* nobody would notice what there is to repair */
        comparison.watched = true;
        expect(REMEDY_RELOAD, "Repair in place");
        comparison.repair = true;
        expect(REMEDY_NONE, "");
        domain.repair = false;
        expect(REMEDY_RELOAD, "Repair in place");
        domain.repair = true;
        comparison.watched = false; /* Watch= has gone, and with it who repairs */
        expect(REMEDY_RELOAD, "Repair in place");
}

static void test_release_and_boot(void **state)
{
        domain.policy.release = false;
        expect(REMEDY_RESERVE, "Release in place");
        comparison.boot = false;
        expect(REMEDY_RESERVE, "Release in place; Boot in place");
        domain.policy.release = true;
        expect(REMEDY_RELOAD, "Boot in place");
        comparison.boot_known = false;
        expect(REMEDY_NONE, "");
}

/* The order in which they are written means nothing. */
static void test_required_by(void **state)
{
        char *declared[] = { (char *) "b.service", (char *) "a.service", NULL };
        char *loaded[] = { (char *) "a.service", (char *) "b.service", NULL };

        domain.required_by = declared;
        expect(REMEDY_RELOAD, "RequiredBy in place");
        comparison.required_by = loaded;
        expect(REMEDY_NONE, "");
        loaded[1] = NULL;
        expect(REMEDY_RELOAD, "RequiredBy in place");
        domain.required_by = NULL;
        expect(REMEDY_RELOAD, "RequiredBy in place");
        comparison.required_by = NULL;
        expect(REMEDY_NONE, "");
}

/* Their order is that of the evaluation. */
static void test_conditions(void **state)
{
        char *declared[] = { (char *) "Memory=>=64G", (char *) "Host=a", NULL };
        char *loaded[] = { (char *) "Memory=>=64G", NULL, NULL };

        domain.conditions = declared;
        expect(REMEDY_RELOAD, "Condition... in place");
        comparison.conditions = loaded;
        expect(REMEDY_RELOAD, "Condition... in place");
        loaded[1] = (char *) "Host=a";
        expect(REMEDY_NONE, "");
        domain.conditions = NULL;
        expect(REMEDY_RELOAD, "Condition... in place");
}

/* From yes to late, too. */
static void test_late(void **state)
{
        domain.boot = BOOT_LATE;
        expect(REMEDY_RELOAD, "Boot in place");
        comparison.boot = BOOT_LATE;
        expect(REMEDY_NONE, "");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_same),          TEST(test_owner_and_mode),
                TEST(test_claimed_pages), TEST(test_unclaimed_pages),
                TEST(test_part_claimed), TEST(test_no_mounts),
                TEST(test_lost_pages),    TEST(test_missing_pages),
                TEST(test_claim),         TEST(test_lesser_claim),
                TEST(test_nodes_of_tmpfs),
                TEST(test_size_of_tmpfs), TEST(test_mounts),
                TEST(test_foreign),       TEST(test_options),
                TEST(test_path),          TEST(test_release_and_boot),
                TEST(test_repair),        TEST(test_required_by),
                TEST(test_type_options),
                TEST(test_late),          TEST(test_conditions),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

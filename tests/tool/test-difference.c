/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The comparison of a domain with what is there of it, and by what each difference is changed: live state
 * as data. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tool/difference-acts.h"

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
        difference_setup(state);
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_same),
                TEST(test_owner_and_mode),
                TEST(test_claimed_pages),
                TEST(test_unclaimed_pages),
                TEST(test_part_claimed),
                TEST(test_no_mounts),
                TEST(test_lost_pages),
                TEST(test_missing_pages),
                TEST(test_path),
                TEST(test_repair),
                TEST(test_release_and_boot),
                TEST(test_required_by),
                TEST(test_conditions),
                TEST(test_late),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

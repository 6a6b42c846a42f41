/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "plan" on a machine of plain files: a domain is up as one configuration has it, the configuration is
 * edited, and the plan must say so, key by key. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/modules/ledger/ledger.h"
#include "tests/pools/fake-machine.h"
#include "tests/tool/plan-acts.h"

/* As the domain came up. */
#define PATH      "Path=/mnt/a\n"
#define MODE      "Mode=0750\n"
#define HUGE      "Huge=0:10\n"
#define NORMAL    "Normal=64M\n"
#define REST      "Gigantic=no\n"
#define UNCHANGED PATH MODE HUGE NORMAL REST

#define SECTION "[a]\n"
#define CLAIMED "pagesize=2M,min_size=20971520"
#define IS_64M  "size=65536k,mode=700"

static void test_unchanged(void **state)
{
        _cleanup_free_ char *output = NULL;

        bring_up(IS_64M, CLAIMED);
        output = plan_text(SECTION UNCHANGED, TOOL_OK);
        says(output, "a start would change nothing");
}

/* One edit each. */
static void test_edits(void **state)
{
        static const struct {
                const char *text, *key, *verb;
        } edits[] = {
                { SECTION "Path=/mnt/b\n" MODE HUGE NORMAL REST, "Path=", "restart" },
                { "[a]\nUser=54321\n" UNCHANGED, "User=", "apply" },
                { "[a]\nGroup=54321\n" UNCHANGED, "Group=", "apply" },
                { SECTION PATH "Mode=0770\n" HUGE NORMAL REST, "Mode=", "apply" },
                { SECTION PATH MODE HUGE "Normal=128M\n" REST, "Normal=", "" },
                { SECTION PATH MODE HUGE "Normal=yes\n" REST, "Normal=", "restart" },
                { SECTION PATH MODE HUGE "Normal=no\n" REST, "Normal=", "restart" },
                { SECTION PATH MODE "Huge=0:12\n" NORMAL REST, "Huge=", "restart" },
                { SECTION PATH MODE "Huge=0:8\n" NORMAL REST, "Huge=", "restart" },
                { SECTION PATH MODE "Huge=yes\n" NORMAL REST, "Huge=", "restart" },
                { SECTION PATH MODE "Huge=no\n" NORMAL REST, "Huge=", "restart" },
                { SECTION PATH MODE HUGE NORMAL "Gigantic=yes\n", "Gigantic=", "restart" },
                { SECTION UNCHANGED "MinSize=no\n", "MinSize=", "restart" },
                { SECTION UNCHANGED "Release=no\n", "Release=", "apply" },
                { SECTION UNCHANGED "RequiredBy=x.service\n", "RequiredBy=", "apply" },
                { SECTION UNCHANGED "Options=noexec\n", "Options=", "restart" },
        };

        for (size_t i = 0; i < ELEMENTSOF(edits); i++) {
                _cleanup_free_ char *output = NULL;

                bring_up(IS_64M, CLAIMED);
                output = plan_text(edits[i].text, TOOL_CHANGES);
                says(output, edits[i].key);
                says(output, edits[i].verb);
        }
}

/* The same in other words. */
static void test_no_edits(void **state)
{
        static const char *const same[] = {
                SECTION PATH MODE "Huge=0:20M\n" NORMAL REST,
                SECTION PATH MODE "Huge=0:10,2:0\n" NORMAL REST,
                SECTION PATH MODE HUGE "Normal=65536K\n" REST,
                SECTION UNCHANGED "ExistingPages=add\n",
        };

        for (size_t i = 0; i < ELEMENTSOF(same); i++) {
                _cleanup_free_ char *output = NULL;

                bring_up(IS_64M, CLAIMED);
                output = plan_text(same[i], TOOL_OK);
        }
}

static void test_defaults_of_tmpfs(void **state)
{
        _cleanup_free_ char *none = NULL, *half = NULL, *share = NULL, *other = NULL;

        bring_up("mode=700", CLAIMED);
        none = plan_text(SECTION PATH MODE HUGE "Normal=yes\n" REST, TOOL_OK);
        half = plan_text(SECTION PATH MODE HUGE "Normal=50%\n" REST, TOOL_OK);
        bring_up("size=2097100k,mode=700", CLAIMED); /* of a machine that has grown a little */
        share = plan_text(SECTION PATH MODE HUGE "Normal=25%\n" REST, TOOL_OK);
        other = plan_text(SECTION PATH MODE HUGE "Normal=26%\n" REST, TOOL_CHANGES);
}

/* Pages that no mount claims come and go in place. */
static void test_unclaimed(void **state)
{
        _cleanup_free_ char *same = NULL, *grown = NULL, *shrunk = NULL, *claimed = NULL;

        bring_up(IS_64M, "pagesize=2M");
        same = plan_text(SECTION UNCHANGED "MinSize=no\n", TOOL_OK);
        grown = plan_text(SECTION PATH MODE "Huge=0:12\n" NORMAL REST "MinSize=no\n", TOOL_CHANGES);
        says(grown, "grows in place");
        says(grown, "apply");
        shrunk = plan_text(SECTION PATH MODE "Huge=0:8\n" NORMAL REST "MinSize=no\n", TOOL_CHANGES);
        says(shrunk, "shrinks in place");
        claimed = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(claimed, "MinSize=");
}

static void test_what_others_did(void **state)
{
        _cleanup_free_ char *gone = NULL, *chowned = NULL, *options = NULL, *pages = NULL;

        bring_up(IS_64M, NULL);
        gone = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(gone, "not mounted");
        bring_up(IS_64M, CLAIMED);
        make_root_directory("mnt/a/.huge", 0777);
        chowned = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(chowned, "0777");
        bring_up(IS_64M ",huge=always", CLAIMED);
        options = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(options, "huge=always");
        bring_up(IS_64M, CLAIMED);
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 6, 6, 0);
        pages = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(pages, "Huge=");
}

static void test_damaged(void **state)
{
        _cleanup_free_ char *stolen = NULL, *other = NULL;

        bring_up(IS_64M, CLAIMED);
        damage = "node 0: 4 claimed pages are others'";
        damage_kind = DRIFT_CLAIM;
        stolen = plan_text(SECTION UNCHANGED, TOOL_OK); /* no verb brings them back */
        says(stolen, damage);
        damage = "/mnt/a/.huge: another file system";
        damage_kind = DRIFT_MOUNT;
        other = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(other, damage);
        says(other, "restart");
}

static void test_removed_and_renamed(void **state)
{
        _cleanup_free_ char *removed = NULL, *renamed = NULL, *by_hand = NULL;

        bring_up(IS_64M, CLAIMED);
        removed = plan_text("", TOOL_CHANGES);
        says(removed, "a is up and not declared any more");
        says(removed, "releases 10 huge pages");
        renamed = plan_text("[b]\n" UNCHANGED, TOOL_CHANGES);
        says(renamed, "a is up and not declared any more");
        says(renamed, "b is down: a start would bring it up");

        /* One made by hand is no matter of the configuration. */
        assert_int_equal(ledger_remove_domain(tool.machine.state, "a"), 0);
        assert_int_equal(ledger_remove_reservation(tool.machine.state, "a", PAGE_HUGE), 0);
        record_domain("_mnt-c", "/mnt/c", false);
        by_hand = plan_text("", TOOL_OK);
}

/* The new one fits only because the old one goes first. */
static void test_renamed_and_large(void **state)
{
        _cleanup_free_ char *output = NULL;

        bring_up(IS_64M, CLAIMED);
        output = plan_text("[b]\n" PATH MODE NORMAL REST "Huge=0:1415\n", TOOL_CHANGES);
}

static void test_nobody(void **state)
{
        _cleanup_free_ char *down = NULL, *up = NULL;

        down = plan_text("[a]\nUser=no-such-user\n" UNCHANGED, TOOL_FAILED);
        says(down, "a start would fail");
        says(down, "There is no user \"no-such-user\"");
        bring_up(IS_64M, CLAIMED);
        up = plan_text("[a]\nUser=no-such-user\n" UNCHANGED, TOOL_FAILED);
        says(up, "There is no user \"no-such-user\"");
}

/* A drop-in that the generator has written for a unit. */
static void write_requirement(const char *unit, const char *domain)
{
        _cleanup_free_ char *directory = NULL, *file = NULL;

        assert_true(asprintf(&directory, "run/systemd/generator/%s.d", unit) > 0);
        assert_true(asprintf(&file, "%s/50-fd-shmem-%s.conf", directory, domain) > 0);
        make_root_directory("run", 0755);
        make_root_directory("run/systemd", 0755);
        make_root_directory("run/systemd/generator", 0755);
        make_root_directory(directory, 0755);
        make_root_directory(file, 0755); /* it is only looked for */
}

/* What systemd has read is compared, in any order, and only what is written for this domain. */
static void test_required_by(void **state)
{
        _cleanup_free_ char *same = NULL, *more = NULL, *none = NULL;

        bring_up(IS_64M, CLAIMED);
        write_requirement("y.service", "a");
        write_requirement("x@.service", "a");
        write_requirement("z.service", "b");
        same = plan_text(SECTION UNCHANGED "RequiredBy=x@.service y.service\n", TOOL_OK);
        more = plan_text(SECTION UNCHANGED "RequiredBy=x@.service y.service z.service\n",
                         TOOL_CHANGES);
        says(more, "RequiredBy=");
        none = plan_text(SECTION UNCHANGED, TOOL_CHANGES);
        says(none, "x@.service y.service");
}

/* The lines that a unit may have: the nodes of its pages and their sum, over all domains. */
static void test_recipe(void **state)
{
        _cleanup_free_ char *one = NULL, *all = NULL, *none = NULL;

        one = plan_text(
                "[a]\nPath=/mnt/a\nHuge=0:10\nGigantic=no\nRequiredBy=x.service y.target\n"
                "[b]\nPath=/mnt/b\nHuge=0:6,2:0\nGigantic=no\nRequiredBy=x.service z.socket\n",
                TOOL_CHANGES);
        says(one, "\n# \"systemctl edit x.service\"");
        says(one,
             "\n[Service]\n# Not only its huge pages: all of its memory comes from these nodes.\n"
             "NUMAPolicy=bind\nNUMAMask=0\n");
        says(one, "\nLimitMEMLOCK=32M\n");
        says(one, "\n[Socket]\n");
        says(one, "\nLimitMEMLOCK=12M\n");
        assert_null(strstr(one, "y.target"));

        all = plan_text("[a]\nPath=/mnt/a\nHuge=each:10\nGigantic=no\nRequiredBy=x.service\n",
                        TOOL_CHANGES);
        says(all, "\n[Service]\n# For a program");
        none = plan_text("[a]\nPath=/mnt/a\nGigantic=no\nRequiredBy=x.service\n", TOOL_CHANGES);
        assert_null(strstr(none, "systemctl edit"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plan_setup, plan_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_recipe),
                TEST(test_required_by),
                TEST(test_unchanged),
                TEST(test_edits),
                TEST(test_no_edits),
                TEST(test_defaults_of_tmpfs),
                TEST(test_unclaimed),
                TEST(test_what_others_did),
                TEST(test_damaged),
                TEST(test_removed_and_renamed),
                TEST(test_renamed_and_large),
                TEST(test_nobody),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

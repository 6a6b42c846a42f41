/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "plan" on a machine of plain files: a domain is up as one configuration has it, the configuration is
 * edited, and the plan must say so, key by key. */

#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "basic/log.h"
#include "basic/size.h"
#include "generator/mount-options.h"
#include "helpers/modules/drift/drift.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/common/tool.h"
#include "tests/pools/fake-machine.h"

/* As the domain came up. */
#define PATH      "Path=/mnt/a\n"
#define MODE      "Mode=0750\n"
#define HUGE      "Huge=0:10\n"
#define NORMAL    "Normal=64M\n"
#define REST      "Gigantic=no\n"
#define UNCHANGED PATH MODE HUGE NORMAL REST

static struct tool tool;
static char root[32];
static const char *damage; /* what is found to be damaged of "a" */
static enum drift_kind damage_kind;

/* The directories that it would look for are not those of the tree of files. */
int __wrap_damage_find(const struct tool *of, const char *only, struct drift_list *ret);
int __wrap_damage_find(const struct tool *of, const char *only, struct drift_list *ret)
{
        if (!damage)
                return 0;
        return drift_add(ret, &(struct drift){ .kind = damage_kind, .domain = (char *) "a" }, "%s",
                         damage);
}

static void put_file(int directory, const char *path, const char *text)
{
        int fd = openat(directory, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        close(fd);
}

static void make_directory(const char *path, mode_t mode)
{
        if (mkdirat(tool.root, path, 0700) < 0)
                assert_int_equal(errno, EEXIST);
        assert_int_equal(fchmodat(tool.root, path, mode, 0), 0);
}

static int setup(void **state)
{
        tool = (struct tool) TOOL_NULL;
        damage = NULL;
        fake_machine_open(&tool.machine);
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 10, 10, 0);
        fake_pool_set(&tool.machine, 2, PAGE_HUGE, 0, 0, 0);
        strcpy(root, "/tmp/fd-shmem-test.XXXXXX");
        assert_non_null(mkdtemp(root));
        tool.root = open(root, O_DIRECTORY | O_CLOEXEC);
        make_directory("etc", 0755);
        make_directory("mnt", 0755);
        (void) mkdirat(tool.machine.procfs, "self", 0755);
        put_file(tool.machine.procfs, "meminfo", "MemTotal:        8388608 kB\n");
        return 0;
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
        return remove(path);
}

static int teardown(void **state)
{
        close(tool.root);
        nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        fake_machine_close(&tool.machine);
        return 0;
}

/* What is given to a tmpfs beside the configuration. */
static const char *tmpfs_flags(void)
{
        static const struct domain domain = { .normal = NORMAL_MOUNT };
        _cleanup_free_ char *options = NULL;
        const char *file_system;

        assert_int_equal(mount_options(&domain, PAGE_NORMAL, &file_system, &options), 0);
        return strstr(options, "nosuid,nodev") ? "nosuid,nodev," : "";
}

static void set_mounts(const char *normal, const char *huge)
{
        _cleanup_free_ char *text = NULL;

        assert_true(
                asprintf(&text,
                         "20 1 8:1 / / rw,relatime - ext4 /dev/root rw\n"
                         "%s%s%s%s%s%s%s%s",
                         normal ? "30 20 0:40 / /mnt/a/.normal rw," : "",
                         normal ? tmpfs_flags() : "", normal ? "relatime - tmpfs none rw," : "",
                         normal ?: "", normal ? "\n" : "",
                         huge ? "31 20 0:41 / /mnt/a/.huge rw,relatime - hugetlbfs none rw," : "",
                         huge ?: "", huge ? "\n" : "") >= 0);
        put_file(tool.machine.procfs, "self/mountinfo", text);
}

static void record(const char *name, const char *path, bool mounts)
{
        struct ledger_node line = { .asked = 10, .added = 10 };
        struct ledger_reservation reservation = {
                .domain = (char *) name,
                .type = PAGE_HUGE,
                .release = true,
                .nodes = &line,
                .n_nodes = 1,
        };
        struct ledger_domain domain = {
                .name = (char *) name,
                .path = (char *) path,
                .base_made = true,
                .mount = { [PAGE_NORMAL] = mounts, [PAGE_HUGE] = mounts },
        };

        assert_int_equal(ledger_store_reservation(&tool.machine, &reservation), 0);
        assert_int_equal(ledger_store_domain(&tool.machine, &domain), 0);
}

/* The domain "a" as UNCHANGED has it, owned by who runs this. */
static void bring_up(const char *normal, const char *huge)
{
        record("a", "/mnt/a", true);
        make_directory("mnt/a", 0750);
        make_directory("mnt/a/.normal", 0750);
        make_directory("mnt/a/.huge", 0750);
        set_mounts(normal, huge);
        fake_kernel.reserved = strstr(huge ?: "", "min_size=20971520") ? 10 : 0;
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 10, 10, 0);
}

/* What the plan for this configuration says; a domain is its builder's if the text does not say whose. */
static char *plan(const char *text, int expected)
{
        _cleanup_free_ char *file = NULL, *owner = NULL;
        char *argv[] = { (char *) "plan", NULL }, *output = NULL;
        size_t size;
        int r;

        assert_true(
                asprintf(&owner, "%s%u\n%s%u\n", strstr(text, "User=") ? "#" : "User=", geteuid(),
                         strstr(text, "Group=") || strstr(text, "no-such-user") ? "#" : "Group=",
                         getegid()) >= 0);
        assert_true(asprintf(&file, "%s%s", text, *text ? owner : "") >= 0);
        put_file(tool.root, "etc/fd-shmem.conf", file);
        tool.out = open_memstream(&output, &size);
        optind = 0;
        r = verb_plan(&tool, 1, argv);
        fclose(tool.out);
        if (r != expected)
                fprintf(stderr, "%s%s%s", file, output, fake_log());
        assert_int_equal(r, expected);
        return output;
}

#define SECTION "[a]\n"
#define CLAIMED "pagesize=2M,min_size=20971520"
#define IS_64M  "size=65536k,mode=700"

static void says(const char *output, const char *what)
{
        if (!strstr(output, what))
                fprintf(stderr, "nothing like \"%s\" in:\n%s", what, output);
        assert_non_null(strstr(output, what));
}

static void test_unchanged(void **state)
{
        _cleanup_free_ char *output = NULL;

        bring_up(IS_64M, CLAIMED);
        output = plan(SECTION UNCHANGED, TOOL_OK);
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
                { SECTION UNCHANGED "Options=noexec\n", "Options=", "restart" },
        };

        for (size_t i = 0; i < ELEMENTSOF(edits); i++) {
                _cleanup_free_ char *output = NULL;

                bring_up(IS_64M, CLAIMED);
                output = plan(edits[i].text, TOOL_CHANGES);
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
                output = plan(same[i], TOOL_OK);
        }
}

static void test_defaults_of_tmpfs(void **state)
{
        _cleanup_free_ char *none = NULL, *half = NULL, *share = NULL, *other = NULL;

        bring_up("mode=700", CLAIMED);
        none = plan(SECTION PATH MODE HUGE "Normal=yes\n" REST, TOOL_OK);
        half = plan(SECTION PATH MODE HUGE "Normal=50%\n" REST, TOOL_OK);
        bring_up("size=2097100k,mode=700", CLAIMED); /* of a machine that has grown a little */
        share = plan(SECTION PATH MODE HUGE "Normal=25%\n" REST, TOOL_OK);
        other = plan(SECTION PATH MODE HUGE "Normal=26%\n" REST, TOOL_CHANGES);
}

/* Pages that no mount claims come and go in place. */
static void test_unclaimed(void **state)
{
        _cleanup_free_ char *same = NULL, *grown = NULL, *claimed = NULL;

        bring_up(IS_64M, "pagesize=2M");
        same = plan(SECTION UNCHANGED "MinSize=no\n", TOOL_OK);
        grown = plan(SECTION PATH MODE "Huge=0:12\n" NORMAL REST "MinSize=no\n", TOOL_CHANGES);
        says(grown, "in place");
        says(grown, "apply");
        claimed = plan(SECTION UNCHANGED, TOOL_CHANGES);
        says(claimed, "MinSize=");
}

static void test_what_others_did(void **state)
{
        _cleanup_free_ char *gone = NULL, *chowned = NULL, *options = NULL, *pages = NULL;

        bring_up(IS_64M, NULL);
        gone = plan(SECTION UNCHANGED, TOOL_CHANGES);
        says(gone, "not mounted");
        bring_up(IS_64M, CLAIMED);
        make_directory("mnt/a/.huge", 0777);
        chowned = plan(SECTION UNCHANGED, TOOL_CHANGES);
        says(chowned, "0777");
        bring_up(IS_64M ",huge=always", CLAIMED);
        options = plan(SECTION UNCHANGED, TOOL_CHANGES);
        says(options, "huge=always");
        bring_up(IS_64M, CLAIMED);
        fake_pool_set(&tool.machine, 0, PAGE_HUGE, 6, 6, 0);
        pages = plan(SECTION UNCHANGED, TOOL_CHANGES);
        says(pages, "Huge=");
}

static void test_damaged(void **state)
{
        _cleanup_free_ char *stolen = NULL, *other = NULL;

        bring_up(IS_64M, CLAIMED);
        damage = "node 0: 4 claimed pages are others'";
        damage_kind = DRIFT_CLAIM;
        stolen = plan(SECTION UNCHANGED, TOOL_OK); /* no verb brings them back */
        says(stolen, damage);
        damage = "/mnt/a/.huge: another file system";
        damage_kind = DRIFT_MOUNT;
        other = plan(SECTION UNCHANGED, TOOL_CHANGES);
        says(other, damage);
        says(other, "restart");
}

static void test_removed_and_renamed(void **state)
{
        _cleanup_free_ char *removed = NULL, *renamed = NULL, *by_hand = NULL;

        bring_up(IS_64M, CLAIMED);
        removed = plan("", TOOL_CHANGES);
        says(removed, "a is up and not declared any more");
        says(removed, "gives back 10 huge pages");
        renamed = plan("[b]\n" UNCHANGED, TOOL_CHANGES);
        says(renamed, "a is up and not declared any more");
        says(renamed, "b is down: a start would bring it up");

        /* One made by hand is no matter of the configuration. */
        assert_int_equal(ledger_remove_domain(tool.machine.state, "a"), 0);
        assert_int_equal(ledger_remove_reservation(tool.machine.state, "a", PAGE_HUGE), 0);
        record("_mnt-c", "/mnt/c", false);
        by_hand = plan("", TOOL_OK);
}

/* The new one fits only because the old one goes first. */
static void test_renamed_and_large(void **state)
{
        _cleanup_free_ char *output = NULL;

        bring_up(IS_64M, CLAIMED);
        output = plan("[b]\n" PATH MODE NORMAL REST "Huge=0:1415\n", TOOL_CHANGES);
}

static void test_nobody(void **state)
{
        _cleanup_free_ char *down = NULL, *up = NULL;

        down = plan("[a]\nUser=no-such-user\n" UNCHANGED, TOOL_FAILED);
        says(down, "a start would fail");
        says(down, "There is no user \"no-such-user\"");
        bring_up(IS_64M, CLAIMED);
        up = plan("[a]\nUser=no-such-user\n" UNCHANGED, TOOL_FAILED);
        says(up, "There is no user \"no-such-user\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_unchanged),         TEST(test_edits),
                TEST(test_no_edits),          TEST(test_defaults_of_tmpfs),
                TEST(test_unclaimed),         TEST(test_what_others_did),
                TEST(test_damaged),           TEST(test_removed_and_renamed),
                TEST(test_renamed_and_large), TEST(test_nobody),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

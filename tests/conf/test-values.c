/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "conf/keys/keys.h"
#include "conf/keys/model.h"
#include "tree.h"

#define LONG_NAME_32 "abcdefghijklmnopqrstuvwxyz012345"

static const struct {
        const char *line;
        const char *reason; /* a part of the error; NULL: fine */
} cases[] = {
        { "Path=/mnt/.fd", NULL },
        { "Path=/mnt/with blank, 50% and \xc3\xa4", NULL },
        { "Path=/mnt/...", NULL },
        { "Path=/mnt/..x/x..", NULL },
        { "Path=mnt/.fd", "not absolute" },
        { "Path=~/x", "not absolute" },
        { "Path=/mnt/../etc", "'..'" },
        { "Path=/mnt/..", "'..'" },
        { "Path=/..", "'..'" },
        { "Path=/mnt/a\\b", "backslash" },
        { "Path=/mnt/a\tb", "control character" },
        { "Path=/", "system directory" },
        { "Path=//./", "system directory" },
        { "Path=/etc", "system directory" },
        { "Path=/mnt/", "system directory" },
        { "Path=/proc/x", "/proc" },
        { "Path=/sys", "/proc, /sys" },
        { "Path=/run/fd-shmem", "/run/fd-shmem" },
        { "Path=/run/fd-shmem/x", "/run/fd-shmem" },
        { "Path=/run/fd-shmem2", NULL },
        { "Path=/system", NULL },
        { "Path=/dev/shm/x", NULL },
        { "Path=/mnt/-----------------------------------------------------------", "too long" },
        { "Path=/mnt/" LONG_NAME_32 LONG_NAME_32 LONG_NAME_32 LONG_NAME_32, NULL },
        { "Boot=late", NULL },
        { "Boot=1", NULL },
        { "Boot=later", "neither yes, late nor no" },
        { "RequiredBy=a.service b@.service c@x.socket mnt-x.mount d.slice", NULL },
        { "RequiredBy=a\\x2db.service", NULL },
        { "RequiredBy=a", "'a' does not end like a unit" },
        { "RequiredBy=a.service b.conf", "'b.conf' does not end like a unit" },
        { "RequiredBy=a.service,b.service", "contains characters" },
        { "RequiredBy=/a.service", "contains characters" },
        { "RequiredBy=.service", "nothing before" },
        { "RequiredBy=@a.service", "nothing before" },
        { "RequiredBy=a.", "does not end like a unit" },
        { "RequiredBy=a.ice", "does not end like a unit" },
        { "RequiredBy=fd-shmem@b.target", "belongs to fd-shmem" },
        { "RequiredBy=sysinit.target", "the boot needs it" },
        { "RequiredBy=systemd-sysusers.service", "started after it" },
        { "RequiredBy=poweroff.target", "a shutdown does not wait" },
        { "RequiredBy=target.target", NULL },
        { "RequiredBy=mnt.mount", "its directory, '/mnt/.fd', is on that mount" },
        { "RequiredBy=mnt.automount", "is on that mount" },
        { "RequiredBy=mnt-.fd.mount", "is on that mount" },
        { "RequiredBy=mnt-.fd-.huge.mount", "a mount of the domain itself" },
        { "RequiredBy=mnt-.fd-.huge-x.mount srv.mount", NULL },
        { "User=root", NULL },
        { "User=some.body_1-x$", NULL },
        { "User=1000", NULL },
        { "User=0", NULL },
        { "User=4294967294", NULL },
        { "User=4294967295", "too large" },
        { "User=18446744073709551617", "too large" },
        { "User=65535", "65535" },
        { "User=-1", "negative" },
        { "User=a:b", "colon" },
        { "User=a/b", "slash" },
        { "User=.", "is not a name" },
        { "Group=..", "is not a name" },
        { "Group=hugetlb", NULL },
        { "Mode=0", NULL },
        { "Mode=7777", NULL },
        { "Mode=00750", NULL },
        { "Mode=10000", "larger" },
        { "Mode=777777777777777777777777", "larger" },
        { "Mode=0800", "octal" },
        { "Mode=u+rwx", "octal" },
        { "Mode=-1", "octal" },
        { "Gigantic=1", NULL },
        { "Gigantic=each:16G", NULL },
        { "Gigantic=512M", "multiple of the page size" },
        { "Huge=512", NULL },
        { "Huge=0:512, 1:512", NULL },
        { "Huge=12.5%", NULL },
        { "Huge=0:8,0:8", "node 0 is named twice" },
        { "Huge=3M", "multiple of the page size" },
        { "Huge=lots", "'lots' is not" },
        { "Normal=yes", NULL },
        { "Normal=No", NULL },
        { "Normal=25%", NULL },
        { "Normal=4096K", NULL },
        { "Normal=1", "no unit" },
        { "Normal=4096", "no unit" },
        { "Normal=0G", "no limit" },
        { "Normal=0%", "no limit" },
        { "Normal=12.5%", "fraction" },
        { "Normal=25%<64G", "tmpfs does not know" },
        { "Normal=5K", "multiple of the page size" },
        { "Normal=0:1G", "not a size" },
        { "Normal=4G@0", NULL },
        { "Normal=yes@0,2-3", NULL },
        { "Normal=4G@1024", "not a list of nodes" },
        { "Normal=@0", "is not a size" },
        { "Normal=no@0", "has nodes, but no mount" },
        { "MinSize=1", NULL },
        { "MinSize=OFF", NULL },
        { "MinSize=75%", NULL },
        { "MinSize=huge:75%,gigantic:no", NULL },
        { "MinSize=2", "write huge:2" },
        { "MinSize=ye", "is not yes, no, a number" },
        { "MinSize=huge:ye", "'ye' is not yes, no, a number" },
        { "MinSize=normal:1", "is not huge or gigantic" },
        { "MinSize=huge:1,2", "'2' names no page type" },
        { "MinSize=huge:1,huge:2", "twice" },
        { "MinSize=200%", "is not yes, no, a number" },
        { "Mounts=perhaps", "neither yes nor no" },
        { "Shortage=continue", NULL },
        { "Shortage=Fail", "write fail or continue" },
        { "ExistingPages=add", NULL },
        { "ExistingPages=yes", "write adopt or add" },
        { "Release=t", NULL },
        { "Release=never", "neither yes nor no" },
        { "Devices=pci:15b3:1017\nHuge=near:4", NULL },
        { "Devices=eth2", "'eth2' is no device" },
        { "Devices=pci:3b:00.0", "nor its vendor and device" },
        { "Huge=near:4", "Devices= names none" },
        { "Options=size=4G,nr_inodes=100,noatime,x-x=50%", NULL },
        { "Options=x-uid=1", NULL },
        { "Options=huge=always", "NormalOptions= is for the mount of normal pages alone" },
        { "Options=nr_inodes=100%", "nr_inodes needs a number" },
        { "Options=pagesize=2M", "the type of the page" },
        { "Options=noatime,min_size=0", "MinSize=" },
        { "Options=uid=0", "User=" },
        { "Options=gid", "Group=" },
        { "Options=mode=0777,x", "Mode=" },
        { "Options=remount", "hugetlbfs does not support it" },
        { "Options=ro", "region" },
        { "Options=X-mount.mkdir", "directories" },
        { "Options=a,,b", "no name" },
        { "Options=a,", "no name" },
        { "Options==x", "no name" },
        { "Options=a, b", "blank" },
        { "Options=a\\,b", "backslash" },
        { "NormalOptions=huge=within_size,mpol=bind:0-1,nr_inodes=1k,inode64,noatime", NULL },
        { "NormalOptions=mpol=prefer=static:1,x-of.mine=1,comment=a", NULL },
        { "NormalOptions=size=4G", "'size=4G' cannot be set here: Normal= decides it" },
        { "NormalOptions=nr_blocks=4k", "Normal= decides it" },
        { "NormalOptions=mode=0777", "Mode= decides it" },
        { "NormalOptions=huge", "huge needs never, always, within_size or advise" },
        { "NormalOptions=huge=with", "huge needs never" },
        { "NormalOptions=mpol=bind", "mpol needs a policy" },
        { "NormalOptions=mpol=bind:0,1", "'1' is no option of tmpfs" },
        { "NormalOptions=inode64=1", "inode64 takes no value" },
        { "NormalOptions=nr_inodes=100%", "nr_inodes needs a number" },
        { "NormalOptions=noatine", "'noatine' is no option of tmpfs, which takes nr_inodes=" },
        { "HugeOptions=size=50%,nr_inodes=100,noatime", NULL },
        { "HugeOptions=size=4GiB", "size needs a size" },
        { "HugeOptions=nr_inodes=0", "nr_inodes needs a number above 0" },
        { "HugeOptions=huge=always", "'huge=always' is no option of hugetlbfs, which takes size= and" },
        { "HugeOptions=min_size=4G", "MinSize=" },
        { "HugeOptions=noatime,,", "no name" },
        { "GiganticOptions=size=0x40000000", NULL },
        { "GiganticOptions=mpol=bind:0", "no option of hugetlbfs" },
        { "Boot=no", NULL },
        { "Boot=maybe", "neither yes, late nor no" },
};

static void test_values(void **state)
{
        struct tree *tree = *state;

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char text[512];

                snprintf(text, sizeof(text), "[a]\n%s\n", cases[i].line);
                tree_load_text(tree, text);
                assert_int_equal(tree->config.n_domains, 1);

                if (!cases[i].reason) {
                        if (tree->n_problems > 0)
                                fail_msg("%s: %s", cases[i].line, tree->problems);
                        assert_null(tree->config.domains[0].error);
                        continue;
                }
                if (tree->n_problems != 1)
                        fail_msg("%s: %zu problems: %s", cases[i].line, tree->n_problems,
                                 tree->problems);
                tree_assert_problem(tree, "E /etc/fd-shmem.conf:2: [a] ", cases[i].reason);
                assert_non_null(tree->config.domains[0].error);
                assert_non_null(tree->config.domains[0].path);
        }
}

static void test_global_values(void **state)
{
        static const struct {
                const char *line;
                const char *reason;
        } globals[] = {
                { "Defrag=always", NULL },
                { "Defrag=yes", "write auto, always or never" },
                { "Headroom=0", NULL },
                { "Headroom=1G", NULL },
                { "Headroom=5%", NULL },
                { "Headroom=5%<4G", NULL },
                { "Headroom=5%<4096", "the ceiling of '5%<4096' has no unit" },
                { "Headroom=1G<4G", "'1G<4G' is a fixed amount" },
                { "Headroom=1024", "no unit" },
                { "Headroom=-1G", "not a size" },
                { "Watch=no", NULL },
                { "Watch=0", NULL },
                { "Watch=30", NULL },
                { "Watch=1min 30s", NULL },
                { "Watch=1.5h", NULL },
                { "Watch=1d", NULL },
                { "Watch=1000ms", NULL },
                { "Watch=2 minutes", NULL },
                { "Watch=often", "span of time" },
                { "Watch=30x", "span of time" },
                { "Watch=-1s", "span of time" },
                { "Watch=3minutes5", NULL },
                { "Watch=infinity", "span of time" },
                { "Watch=999ms", "between 1s and 1d" },
                { "Watch=25h", "between 1s and 1d" },
                { "Watch=99999999999999999999d", "span of time" },
        };
        struct tree *tree = *state;

        for (size_t i = 0; i < ELEMENTSOF(globals); i++) {
                char text[512];

                snprintf(text, sizeof(text), "[fd-shmem]\n%s\n[a]\n", globals[i].line);
                tree_load_text(tree, text);
                assert_null(tree_domain(tree, "a")->error);
                assert_int_equal(tree->n_problems, globals[i].reason ? 1 : 0);
                if (!globals[i].reason)
                        continue;
                tree_assert_problem(tree, "E /etc/fd-shmem.conf:2: [fd-shmem] ", globals[i].reason);
                assert_int_equal(tree->config.policy.defrag, DEFRAG_AUTO);
                assert_false(tree->config.policy.headroom_set);
        }
}

/* A unit that requires a domain with an error must not start, even if the error is in the list itself. */
static void test_units_kept(void **state)
{
        struct tree *tree = *state;
        const struct domain *d;

        tree_load_text(tree, "[a]\nRequiredBy=a.service b.conf basic.target c.service\n");
        assert_int_equal(tree->n_problems, 1);
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:2: [a] ",
                            "'b.conf' does not end like a unit");
        d = tree_domain(tree, "a");
        assert_non_null(d->error);
        assert_string_equal(d->required_by[0], "a.service");
        assert_string_equal(d->required_by[1], "c.service");
        assert_null(d->required_by[2]);
}

/* What the domain's file systems do not take, and what an old file may have nevertheless. */
static void test_options_of_all(void **state)
{
        static const struct {
                const char *text, *problem; /* NULL: none */
        } mixed[] = {
                { "Huge=no\nGigantic=no\nOptions=huge=always", NULL },
                { "Huge=no\nOptions=huge=always", "W /etc/fd-shmem.conf:3: [a] Options=: 'huge=always' is" },
                { "Gigantic=no\nOptions=huge=always", "E /etc/fd-shmem.conf:3: [a] Options=: 'huge=always'" },
                { "Normal=no\nOptions=nr_inodes=100%", "W /etc/fd-shmem.conf:3: [a] Options=: 'nr_inodes=" },
                { "Huge=0:2G\nHugeOptions=size=1G", "E /etc/fd-shmem.conf:3: [a] HugeOptions=: size= is 1024 MiB" },
                { "Huge=0:2G\nHugeOptions=size=1G,size=2G", NULL },
                { "Huge=0:2G\nMinSize=no\nHugeOptions=size=1G", NULL },
                { "Huge=0:2G\nShortage=continue\nHugeOptions=size=1G", NULL },
                { "Options=casefold", "W /etc/fd-shmem.conf:2: [a] Options=: 'casefold' is not known" },
                { "NormalOptions=noswap", "W /etc/fd-shmem.conf:2: [a] NormalOptions=: 'noswap' needs Linux 6.4" },
                { "Normal=no\nNormalOptions=noswap", NULL },
        };
        struct tree *tree = *state;

        for (size_t i = 0; i < ELEMENTSOF(mixed); i++) {
                char text[256];

                snprintf(text, sizeof(text), "[a]\n%s\n", mixed[i].text);
                tree_load_text(tree, text);
                assert_int_equal(tree->n_problems, mixed[i].problem ? 1 : 0);
                if (mixed[i].problem)
                        tree_assert_problem(tree, mixed[i].problem, "");
        }
}

/* Against what "systemd-analyze timespan" says of the same. */
static void test_watch(void **state)
{
        static const struct {
                const char *text;
                uint64_t usec;
        } spans[] = {
                { "30s", 30000000 },
                { "1min 30s", 90000000 },
                { "1.5h", 5400000000 },
                { "1m30", 90000000 },
                { "1000 ms", 1000000 },
                { "2min 1.25s", 121250000 },
                { "3600000000us", 3600000000 },
                { "no", 0 },
                { "1d", 86400000000 },
        };
        struct tree *tree = *state;

        for (size_t i = 0; i < ELEMENTSOF(spans); i++) {
                char text[128];

                snprintf(text, sizeof(text), "[fd-shmem]\nWatch=%s\n[a]\n", spans[i].text);
                tree_load_text(tree, text);
                assert_int_equal(tree->n_problems, 0);
                assert_int_equal(tree->config.watch_usec, spans[i].usec);
        }
}

static void test_repair_alone(void **state)
{
        struct tree *tree = *state;

        tree_load_text(tree, "[a]\nRepair=yes\n");
        assert_int_equal(tree->n_problems, 1);
        tree_assert_problem(tree, "W /etc/fd-shmem.conf:2: [a] ", "does nothing without Watch=");
        assert_null(tree_domain(tree, "a")->error);
        tree_load_text(tree, "[a]\nRepair=yes\n[fd-shmem]\nWatch=1min\n");
        assert_int_equal(tree->n_problems, 0);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TREE_TEST(test_values), TREE_TEST(test_global_values), TREE_TEST(test_units_kept),
                TREE_TEST(test_options_of_all),
                TREE_TEST(test_watch),  TREE_TEST(test_repair_alone),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/load.h"
#include "tree.h"

/* The names of the domains, in order, a bad one with "!" behind it. */
static void assert_domains(const struct tree *tree, const char *expected)
{
        char names[512] = "";

        for (size_t i = 0; i < tree->config.n_domains; i++) {
                const struct domain *domain = &tree->config.domains[i];

                snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s%s",
                         i > 0 ? " " : "", domain->name, domain->error ? "!" : "");
        }
        if (strcmp(names, expected) != 0)
                fail_msg("'%s' instead of '%s':\n%s", names, expected, tree->problems);
}

static void test_sections(void **state)
{
        struct tree *tree = *state;

        /* the same section twice is one; keys of both count */
        tree_load_text(tree, "[b]\nPath=/mnt/b\n[a]\nPath=/mnt/a\n[b]\nMode=0755\n");
        assert_domains(tree, "b a");
        assert_int_equal(tree_domain(tree, "b")->where.line, 1);
        assert_int_equal(tree_domain(tree, "b")->mode, 0755);

        /* a key twice is an error, wherever in the file */
        tree_load_text(tree, "[b]\nMode=0755\n[a]\nPath=/mnt/a\n[b]\nMode=0700\n");
        assert_domains(tree, "b! a");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:6: [b] Mode= is set twice", "line 2");

        /* but in another file it overrides */
        tree_write(tree, "etc/fd-shmem.conf.d/1.conf", "[b]\nMode=0711\n");
        tree_load_text(tree, "[b]\nMode=0755\n");
        assert_domains(tree, "b");
        assert_int_equal(tree_domain(tree, "b")->mode, 0711);
        assert_int_equal(tree->n_problems, 0);

        /* an error stays one even if it is overridden */
        tree_load_text(tree, "[b]\nMode=rwx\n");
        assert_domains(tree, "b!");
        assert_string_equal(
                tree_domain(tree, "b")->error,
                "/etc/fd-shmem.conf:2: [b] Mode=: 'rwx' is not an octal mode, such as 0750");
}

static void test_devices(void **state)
{
        struct tree *tree = *state;

        tree_load_text(tree, "[a]\nHuge=near:4\nDevices=pci:15b3:1017\n");
        assert_domains(tree, "a");
        assert_int_equal(tree->n_problems, 0);
        assert_int_equal(domain_boot(tree_domain(tree, "a")), BOOT_YES);

        /* a driver makes it */
        tree_load_text(tree, "[a]\nGigantic=device:4\nDevices=pci:15b3:1017 ?net:eth2\n");
        assert_int_equal(tree->n_problems, 0);
        assert_int_equal(domain_boot(tree_domain(tree, "a")), BOOT_LATE);
        tree_load_text(tree, "[a]\nBoot=no\nGigantic=device:4\nDevices=block:sda\n");
        assert_int_equal(tree->n_problems, 0);
        assert_true(domain_is_late(tree_domain(tree, "a")));
        assert_int_equal(domain_boot(tree_domain(tree, "a")), BOOT_NO);
        tree_load_text(tree, "[a]\nBoot=yes\nHuge=near:4\nDevices=net:eth2\n");
        assert_domains(tree, "a");
        tree_assert_problem(tree,
                            "W /etc/fd-shmem.conf:2: [a] Boot=yes is the same as Boot=late here",
                            "Devices= (/etc/fd-shmem.conf:4)");

        /* without effect */
        tree_load_text(tree, "[a]\nHuge=4\nDevices=net:eth2\n");
        assert_domains(tree, "a");
        tree_assert_problem(tree, "W /etc/fd-shmem.conf:3: [a] Devices= does nothing",
                            "near:AMOUNT");
        assert_int_equal(domain_boot(tree_domain(tree, "a")), BOOT_YES);

        tree_load_text(tree, "[a]\nGigantic=device:4\n");
        assert_domains(tree, "a!");
        tree_assert_problem(tree,
                            "E /etc/fd-shmem.conf:2: [a] Gigantic= asks for pages near devices",
                            "Devices= names none");
}

static void test_names(void **state)
{
        struct tree *tree = *state;

        tree_load_text(tree, "[0a.B_c-]\nPath=/mnt/0\n[-a]\nMode=0\n[a b]\n[]\n[a/b]\n[a@b]\n"
                             "[\xc3\xa4]\n[fd-shmem]\n[.a]\n");
        assert_domains(tree, "0a.B_c-");
        assert_int_equal(tree->n_problems, 7);
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:3:", "'-a'");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:6:", "''");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:11:", "'.a'");
}

/* Names and values of a file that others wrote get into logs and onto terminals. */
static void test_names_control_nothing(void **state)
{
        struct tree *tree = *state;

        tree_load_text(tree, "[a\x7f]\nPath=/mnt/0\n[b]\nMode=\xc2\x9b"
                             "31m\n");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:1:", "'a\\x7f'");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:4:", "'\\u009b31m'");
        assert_string_equal(tree_domain(tree, "b")->error,
                            "/etc/fd-shmem.conf:4: [b] Mode=: '\\u009b31m' is not an octal mode, "
                            "such as 0750");
}

static void test_errors_stay_where_they_are(void **state)
{
        struct tree *tree = *state;

        tree_load_text(tree, "Mode=0700\n"   /* 1: before any section */
                             "words\n"       /* 2 */
                             "[a]\n"         /* 3 */
                             "Path=/mnt/a\n" /* 4 */
                             "[broken\n"     /* 5: what follows is not a's */
                             "Mode=0777\n"   /* 6 */
                             "nonsense\n"    /* 7 */
                             "[b]\n"         /* 8 */
                             "Path=/mnt/b\n" /* 9 */
                             "Mode=u=rwx\n"  /* 10 */
                             "[fd-shmem]\n"  /* 11 */
                             "nonsense\n"    /* 12 */
                             "Defrag=soon\n" /* 13 */
                             "[c] junk\n"    /* 14 */
                             "Path=/mnt/c\n" /* 15 */
                             "[d]\n"         /* 16 */
                             "Path=/mnt/d\n" /* 17 */
                             "Paht=/mnt/e\n" /* 18 */
                             "Defrag=auto\n" /* 19 */
                             "[fd-shmem]\n"  /* 20 */
                             "Huge=5\n");    /* 21 */
        assert_domains(tree, "a b! c! d");
        assert_int_equal(tree_domain(tree, "a")->mode, 0700);
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:1:", "before the first [SECTION]");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:2:", "'words'");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:5:", "no closing");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:7:", "'nonsense'");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:10: [b]", "octal");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:12: [fd-shmem]", "'nonsense'");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:13: [fd-shmem]", "auto, always or never");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:14: [c]", "'junk'");
        tree_assert_problem(tree, "W /etc/fd-shmem.conf:18: [d]", "did you mean Path=?");
        tree_assert_problem(tree, "W /etc/fd-shmem.conf:19: [d]", "belongs in [fd-shmem]");
        tree_assert_problem(tree, "W /etc/fd-shmem.conf:21: [fd-shmem]", "a domain's section");
        assert_int_equal(tree->n_problems, 11);
}

static void test_nothing_mounted(void **state)
{
        struct tree *tree = *state;

        tree_load_text(tree, "[a]\nPath=/mnt/a\nHuge=no\nGigantic=no\nNormal=no\n"
                             "[b]\nPath=/mnt/b\nHuge=no\nGigantic=no\n");
        assert_domains(tree, "a! b");
        tree_assert_problem(tree, "E /etc/fd-shmem.conf:1: [a]", "nothing would be mounted");
}

static void test_paths_in_the_way(void **state)
{
        static const struct {
                const char *text;
                const char *domains;
                const char *start; /* of a problem */
                const char *part;
        } conflicts[] = {
                { "[a]\nPath=/x/y\n[b]\nPath=/x/y/\n", "a b!", "E /etc/fd-shmem.conf:4: [b]",
                  "'/x/y' is the directory of [a], '/x/y' (/etc/fd-shmem.conf:2)" },
                { "[a]\nPath=/x\n[b]\nPath=/x/y\n", "a b!", "E /etc/fd-shmem.conf:4: [b]",
                  "'/x/y' is inside the directory of [a], '/x'" },
                { "[a]\nPath=/x/y\n[b]\nPath=/x\n", "a b!", "E /etc/fd-shmem.conf:4: [b]",
                  "'/x' contains the directory of [a], '/x/y'" },
                { "[a]\n[b]\n", "a b!", "E /etc/fd-shmem.conf:2: [b]", ", the default, is" },
                { "[a]\nPath=/mnt/.fd/.huge\n[b]\n", "a b!", "E /etc/fd-shmem.conf:3: [b]",
                  "contains" },
                /* neighbours that only look alike */
                { "[a]\nPath=/x/y\n[b]\nPath=/x/y-z\n[c]\nPath=/x/y.z\n[d]\nPath=/x/yy\n",
                  "a b c d", NULL, NULL },
                { "[a]\nPath=/x/y\n[b]\nPath=/x/y!\n[c]\nPath=/x/y/z\n", "a b c!",
                  "E /etc/fd-shmem.conf:6: [c]", "inside" },
                /* through a link */
                { "[a]\nPath=/link/x\n[b]\nPath=/var/target/x\n", "a b!",
                  "E /etc/fd-shmem.conf:4: [b]", "is the directory of [a]" },
                /* a bad path is in nobody's way, a domain that is bad for another reason is */
                { "[a]\nPath=x\n[b]\n", "a! b", "E /etc/fd-shmem.conf:2: [a]", "absolute" },
                { "[a]\nMode=x\n[b]\n", "a! b!", "E /etc/fd-shmem.conf:3: [b]", "[a]" },
                /* the first of several is named */
                { "[a]\nPath=/x/1\n[b]\nPath=/x/2\n[c]\nPath=/x\n", "a b c!",
                  "E /etc/fd-shmem.conf:6: [c]", "of [a]" },
                { "[a]\n[b]\n[c]\n[d]\n", "a b! c! d!", "E /etc/fd-shmem.conf:4: [d]", "of [a]" },
                /* where the path leads */
                { "[a]\nPath=/link/..x\n[b]\nPath=/proclink/x\n", "a b!",
                  "E /etc/fd-shmem.conf:4: [b]", "'/proclink/x', which is '/proc/x', is in /proc" },
                { "[a]\nPath=/rootlink\n", "a!", "E /etc/fd-shmem.conf:2: [a]", "which is '/'" },
                { "[a]\nPath=/loop/x\n", "a!", "E /etc/fd-shmem.conf:2: [a]",
                  "cannot be resolved" },
                { "[a]\nPath=/badlink\n", "a!", "E /etc/fd-shmem.conf:2: [a]", "backslash" },
        };
        struct tree *tree = *state;

        tree_link(tree, "link", "var/target");
        tree_link(tree, "proclink", "/proc");
        tree_link(tree, "rootlink", "..");
        tree_link(tree, "loop", "loop");
        tree_link(tree, "badlink", "back\\slash");

        for (size_t i = 0; i < sizeof(conflicts) / sizeof(*conflicts); i++) {
                tree_load_text(tree, conflicts[i].text);
                assert_domains(tree, conflicts[i].domains);
                if (conflicts[i].start)
                        tree_assert_problem(tree, conflicts[i].start, conflicts[i].part);
                else
                        assert_int_equal(tree->n_problems, 0);
        }
}

static void ignore(int level, const char *file, unsigned line, const char *message, void *userdata)
{
        (*(unsigned *) userdata)++;
}

/* What happens to be broken somewhere must never break the reader. */
static void test_random_damage(void **state)
{
        static const char seed_text[] =
                "# comment\n[fd-shmem]\nDefrag=auto\nHeadroom=5%\n\n[a]\nPath=/mnt/a\nUser=u\n"
                "Huge=0:512,1:25%\nGigantic=each:1G\nNormal=4G\nOptions=x=1,y\n[b]\nPath=/mnt/a/b\n"
                "Mode=0750\n; end\n[a]\nBoot=no\n";
        static const char spice[] = "[]=:;# \t\n\r\\/.%,\"'-0A\xff\xc3";
        struct tree *tree = *state;
        unsigned seed = 7, problems = 0, domains = 0;

        for (int i = 0; i < 1000; i++) {
                char text[sizeof(seed_text)];
                struct config config;

                memcpy(text, seed_text, sizeof(text));
                for (int k = rand_r(&seed) % 8; k >= 0; k--)
                        text[rand_r(&seed) % (int) (sizeof(text) - 1)] =
                                spice[rand_r(&seed) % (int) (sizeof(spice) - 1)];

                tree_write(tree, "etc/fd-shmem.conf", text);
                assert_int_equal(config_load(tree->fd, ignore, &problems, &config), 0);
                domains += (unsigned) config.n_domains;
                config_done(&config);
        }
        assert_true(problems > 1000 && domains > 1000);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TREE_TEST(test_sections),        TREE_TEST(test_names_control_nothing),
                TREE_TEST(test_names),           TREE_TEST(test_errors_stay_where_they_are),
                TREE_TEST(test_nothing_mounted), TREE_TEST(test_paths_in_the_way),
                TREE_TEST(test_devices),         TREE_TEST(test_random_damage),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

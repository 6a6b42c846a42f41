/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
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

/* What the rows must have, that everything can be made from them. */
static void test_table(void **state)
{
        for (enum section_kind kind = 0; kind < N_SECTION_KINDS; kind++) {
                size_t n;
                const struct key *keys = keys_of(kind, &n);

                for (size_t i = 0; i < n; i++) {
                        const struct key *key = &keys[i];

                        assert_int_equal(keys_find(kind, key->name), i);
                        assert_true(strlen(key->help) > 0);
                        if (!key->fallback)
                                assert_true(key->type->unset && key->unset && key->example);
                        if (key->option)
                                assert_non_null(key->type->format);
                }
        }
}

/* Each page type has a key of its name, by which it is reserved or mounted. */
static void test_page_types(void **state)
{
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                assert_true(keys_find(SECTION_DOMAIN, page_type_key(type)) >= 0);
}

/* The shipped example is all comments, and valid without the marks; that every key is in it with its
 * default is the business of update-documents. */
static void test_example(void **state)
{
        struct tree *tree = *state;
        _cleanup_fclose_ FILE *f = fopen(EXAMPLE, "re");
        char text[16384] = "", active[16384] = "";
        size_t n = 0;

        assert_non_null(f);
        assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);

        tree_load_text(tree, text);
        assert_int_equal(tree->config.n_domains, 0);
        assert_int_equal(tree->n_problems, 0);

        /* without the marks: valid, and nothing but defaults */
        for (const char *p = text; *p; p++)
                if (!(*p == '#' && (p[1] == '[' || (isupper((unsigned char) p[1]) && p[2] != ' '))))
                        active[n++] = *p;
        tree_load_text(tree, active);
        if (tree->n_problems > 0)
                fail_msg("%s", tree->problems);
        assert_int_equal(tree->config.n_domains, 1);
        assert_true(tree->config.policy.headroom_set);
}

static void test_defaults(void **state)
{
        struct tree *tree = *state;
        const struct domain *d;

        tree_load_text(tree, "[a]\n");
        d = tree_domain(tree, "a");
        assert_null(d->error);
        assert_string_equal(d->where.file, "/etc/fd-shmem.conf");
        assert_int_equal(d->where.line, 1);
        assert_string_equal(d->path, "/mnt/.fd");
        assert_string_equal(d->declared_path, "/mnt/.fd");
        assert_string_equal(d->user, "root");
        assert_null(d->group);
        assert_int_equal(d->mode, 0700);
        assert_int_equal(d->request[PAGE_GIGANTIC].scope, REQUEST_MOUNT);
        assert_int_equal(d->request[PAGE_HUGE].scope, REQUEST_MOUNT);
        assert_int_equal(d->normal, NORMAL_MOUNT);
        assert_int_equal(d->claim[PAGE_HUGE].scope, CLAIM_ALL);
        assert_int_equal(d->claim[PAGE_GIGANTIC].scope, CLAIM_ALL);
        assert_true(d->mounts);
        assert_int_equal(d->policy.shortage, SHORTAGE_FAIL);
        assert_int_equal(d->policy.existing, EXISTING_ADOPT);
        assert_true(d->policy.release);
        assert_false(d->repair);
        assert_null(d->options);
        assert_int_equal(d->boot, BOOT_YES);
        assert_null(d->required_by);
        assert_int_equal(tree->config.policy.defrag, DEFRAG_AUTO);
        assert_false(tree->config.policy.headroom_set);
        assert_int_equal(tree->config.watch_usec, 0);
        assert_int_equal(tree->n_problems, 0);
}

/* Every key reaches its field. */
static void test_fields(void **state)
{
        struct tree *tree = *state;
        const struct domain *d;

        tree_load_text(
                tree,
                "[a]\nPath=//mnt/./x/\nUser=u\nGroup=7\nMode=1750\nGigantic=0:8,1:8\n"
                "Huge=25%\nNormal=4G\nMinSize=no\nShortage=continue\n"
                "ExistingPages=add\nRelease=off\nRepair=yes\nOptions=nr_inodes=5,noatime\n"
                "Boot=false\nRequiredBy=a.service\tb@1.socket  a.service\n[fd-shmem]\nDefrag=never\nHeadroom=12.5%\nWatch=5min\n");
        assert_int_equal(tree->n_problems, 0);
        assert_int_equal(tree->config.n_domains, 1);
        d = tree_domain(tree, "a");
        assert_null(d->error);
        assert_string_equal(d->path, "/mnt/x");
        assert_string_equal(d->declared_path, "//mnt/./x/");
        assert_string_equal(d->user, "u");
        assert_string_equal(d->group, "7");
        assert_int_equal(d->mode, 01750);
        assert_int_equal(d->request[PAGE_GIGANTIC].scope, REQUEST_NODES);
        assert_int_equal(d->request[PAGE_GIGANTIC].n_nodes, 2);
        assert_int_equal(d->request[PAGE_HUGE].scope, REQUEST_EACH);
        assert_int_equal(d->request[PAGE_HUGE].amount.value, 2500);
        assert_int_equal(d->normal, NORMAL_SIZE);
        assert_int_equal(d->normal_size.kind, AMOUNT_BYTES);
        assert_int_equal(d->normal_size.value, UINT64_C(4) << 30);
        assert_int_equal(d->claim[PAGE_HUGE].scope, CLAIM_NONE);
        assert_int_equal(d->claim[PAGE_GIGANTIC].scope, CLAIM_NONE);
        assert_int_equal(d->policy.shortage, SHORTAGE_CONTINUE);
        assert_int_equal(d->policy.existing, EXISTING_ADD);
        assert_false(d->policy.release);
        assert_true(d->repair);
        assert_string_equal(d->options, "nr_inodes=5,noatime");
        assert_int_equal(d->boot, BOOT_NO);
        assert_string_equal(d->required_by[0], "a.service");
        assert_string_equal(d->required_by[1], "b@1.socket");
        assert_null(d->required_by[2]);
        assert_int_equal(tree->config.policy.defrag, DEFRAG_NEVER);
        assert_true(tree->config.policy.headroom_set);
        assert_int_equal(tree->config.policy.headroom.kind, AMOUNT_PERCENT);
        assert_int_equal(tree->config.policy.headroom.value, 1250);
        assert_int_equal(tree->config.watch_usec, UINT64_C(300000000));
}

/* An empty value in a later file takes back what an earlier one said. */
static void test_reset(void **state)
{
        struct tree *tree = *state;
        const struct domain *d;

        tree_write(
                tree, "etc/fd-shmem.conf.d/1.conf",
                "[a]\nPath=\nGroup=\nHuge=\nNormal=\nOptions=\nBoot=\nRequiredBy=\n[fd-shmem]\nHeadroom=\n"
                "Defrag=\n");
        tree_load_text(tree,
                       "[a]\nPath=/mnt/x\nGroup=g\nHuge=0:1,1:1\nNormal=4G\nOptions=x\n"
                       "Boot=no\nRequiredBy=a.service\n[fd-shmem]\nHeadroom=1G\nDefrag=always\n");
        assert_int_equal(tree->n_problems, 0);
        d = tree_domain(tree, "a");
        assert_string_equal(d->path, "/mnt/.fd");
        assert_null(d->group);
        assert_int_equal(d->request[PAGE_HUGE].scope, REQUEST_MOUNT);
        assert_int_equal(d->request[PAGE_HUGE].n_nodes, 0);
        assert_int_equal(d->normal, NORMAL_MOUNT);
        assert_null(d->options);
        assert_int_equal(d->boot, BOOT_YES);
        assert_null(d->required_by);
        assert_false(tree->config.policy.headroom_set);
        assert_int_equal(tree->config.policy.defrag, DEFRAG_AUTO);
}

static void test_nearest(void **state)
{
        assert_string_equal(keys_nearest(SECTION_DOMAIN, "Hugee"), "Huge");
        assert_string_equal(keys_nearest(SECTION_DOMAIN, "path"), "Path");
        assert_string_equal(keys_nearest(SECTION_DOMAIN, "Min_Size"), "MinSize");
        assert_string_equal(keys_nearest(SECTION_DOMAIN, "ExistingPage"), "ExistingPages");
        assert_string_equal(keys_nearest(SECTION_GLOBAL, "Headrom"), "Headroom");
        assert_null(keys_nearest(SECTION_DOMAIN, "Zebra"));
        assert_null(keys_nearest(SECTION_DOMAIN, "x"));
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_table),   cmocka_unit_test(test_page_types),
                TREE_TEST(test_example),        TREE_TEST(test_defaults),
                TREE_TEST(test_fields),         TREE_TEST(test_reset),
                cmocka_unit_test(test_nearest),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

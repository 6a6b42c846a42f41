/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records, directories and a mount table that agree, and then do not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/record-text.h"
#include "tests/drift/drift-acts.h"

static void test_as_made(void **state)
{
        assert_int_equal(reserve("a", "0:256"), 0);
        mount_huge(256);
        domain_up("a", "rw,pagesize=2M,min_size=536870912");
        expect(NULL, "");

        fake_pool_set(&machine, 0, PAGE_HUGE, 300, 10, 0); /* others', and regions */
        expect(NULL, "");
}

static void test_no_ledger(void **state)
{
        struct machine none = { .sysfs = machine.sysfs, .procfs = machine.procfs, .state = -1 };
        _cleanup_drift_ struct drift_list list = {};

        assert_int_equal(drift_find(&none, NULL, &list), 0);
        assert_int_equal(list.n, 0);
}

static void test_absolute_writer(void **state)
{
        assert_int_equal(reserve("a", "0:256"), 0);
        mount_huge(256);
        domain_up("a", "rw,pagesize=2M,min_size=536870912");
        fake_pool_set(&machine, 0, PAGE_HUGE, 64, 64, 0);
        expect(NULL, "a pool: node 0: 256 huge pages recorded, 64 there\n");
        fake_pool_set(&machine, 0, PAGE_HUGE, 256, 256, 192);
        expect(NULL,
               "a pool: node 0: 256 huge pages recorded, 64 there, and 192 as surplus, which the "
               "kernel "
               "frees when they are released\n");
        expect("b", "");
}

static void test_two_domains(void **state)
{
        struct ledger_domain b = { .name = (char *) "b", .path = base };

        assert_int_equal(reserve("a", "0:256"), 0);
        assert_int_equal(reserve("b", "0:64,2:8"), 0);
        mount_huge(256);
        domain_up("a", NULL);
        assert_int_equal(ledger_store_domain(&machine, &b), 0);
        expect(NULL, "");

        fake_pool_set(&machine, 0, PAGE_HUGE, 300, 300, 0);
        expect("b", "b pool: node 0: 320 huge pages recorded (64 of them for this domain), 300 "
                    "there\n");
        fake_pool_set(&machine, 0, PAGE_HUGE, 320, 300, 0);
        fake_pool_set(&machine, 2, PAGE_HUGE, 7, 7, 0);
        expect(NULL, "b pool: node 2: 8 huge pages recorded, 7 there\n");
}

static void test_another_mount(void **state)
{
        domain_up("a", "rw,pagesize=2M,min_size=0");
        mount_huge(0);
        expect(NULL, "");
        write_mountinfo("31 22 0:41 / %s/.huge rw - tmpfs none rw,size=4k\n", base);
        expect(NULL, "a no-mount: BASE/.huge: tmpfs is mounted there, with rw,size=4k\n");
        write_mountinfo("31 22 0:42 / %s/.huge rw - hugetlbfs none rw,pagesize=2M,min_size=0\n",
                        base);
        expect(NULL, "a mount: BASE/.huge: another file system is mounted there than the one "
                     "handed over\n");
        write_mountinfo("31 22 0:41 / %s/.huge rw - hugetlbfs none rw,pagesize=2M\n", base);
        expect(NULL, "a mount: BASE/.huge: mounted with rw,pagesize=2M, but was handed over with "
                     "rw,pagesize=2M,min_size=0\n");
}

/* More was reserved while the mount was in use: it keeps the claim that it was made with. */
static void test_claim_of_less(void **state)
{
        assert_int_equal(reserve("a", "0:64"), 0);
        mount_huge(64);
        domain_up("a", "rw,pagesize=2M,min_size=134217728");
        expect(NULL, "");
        assert_int_equal(reserve("a", "0:128"), 0);
        expect(NULL, "a claim-size: BASE/.huge: the mount claims 64 huge pages (min_size=), 128 "
                     "are reserved\n");

        /* MinSize=no, and what "fd-shmem alloc" reserves */
        write_mountinfo("31 22 0:41 / %s/.huge rw - hugetlbfs none rw,pagesize=2M\n", base);
        domain_up("a", "rw,pagesize=2M");
        expect(NULL, "");
        assert_int_equal(ledger_remove_domain(machine.state, "a"), 0);
        assert_int_equal(reserve("_x", "0:4"), 0);
        mount_huge(0);
        domain_up("_x", NULL);
        expect(NULL, "");
}

static void test_directories(void **state)
{
        struct ledger_domain domain = {
                .name = (char *) "a",
                .path = base,
                .mount[PAGE_HUGE] = true,
        };

        domain_up("a", "rw,pagesize=2M,min_size=0");
        mount_huge(0);
        assert_int_equal(chmod(base, 0750), 0);
        assert_non_null(strstr(differences(NULL, NULL), " and mode 0750, but was handed over to "));
        assert_int_equal(rmdir(base), 0);
        expect(NULL, "a no-base: BASE: missing\n");
        assert_int_equal(symlink("/tmp", base), 0);
        expect(NULL, "a no-base: BASE: is not a directory any more\n");
        assert_int_equal(unlink(base), 0);

        /* another one */
        domain.base_id = (struct ledger_identity){ .known = true, .inode = 1, .birth = 1 };
        assert_int_equal(ledger_store_domain(&machine, &domain), 0);
        assert_int_equal(mkdir(base, 0700), 0);
        expect(NULL, "a no-base: BASE: is another directory than the one of the domain\n");
        assert_int_equal(rmdir(base), 0);
        assert_int_equal(symlink("/tmp", base), 0);
        assert_int_equal(unlink(base), 0);
}

static void test_handover_text(void **state)
{
        struct ledger_handover in = {
                .complete = true,
                .uid = 1000,
                .gid = 4294967294,
                .mode = 02770,
                .mount[PAGE_NORMAL] = { .there = true,
                                        .device = makedev(0, 40),
                                        .inode = 1,
                                        .options = (char *) "rw,size=64k" },
        };
        struct handover_pages pages = { .type = PAGE_HUGE, .node = 2, .pages = 256 };
        _cleanup_handover_ struct ledger_handover out = {};
        _cleanup_free_ char *text = NULL, *copy = NULL;

        in.pages = &pages;
        in.n_pages = 1;
        assert_int_equal(record_format("b", handover_write, &in, &text), 0);
        copy = strdup(text);
        assert_int_equal(handover_parse(copy, "x", "b", &out), 0);
        assert_true(out.complete);
        assert_int_equal(out.uid, 1000);
        assert_int_equal(out.gid, 4294967294);
        assert_int_equal(out.mode, 02770);
        assert_false(out.mount[PAGE_HUGE].there);
        assert_int_equal(out.n_pages, 1);
        assert_int_equal(out.pages[0].type, PAGE_HUGE);
        assert_int_equal(out.pages[0].node, 2);
        assert_int_equal(out.pages[0].pages, 256);
        assert_int_equal(out.mount[PAGE_NORMAL].device, makedev(0, 40));
        assert_string_equal(out.mount[PAGE_NORMAL].options, "rw,size=64k");

        ledger_handover_done(&out);
        strcpy(copy, text);
        assert_int_equal(handover_parse(copy, "x", "another", &out), -ENOENT);
        for (size_t length = 0; length + 1 < strlen(text); length++) {
                memcpy(copy, text, length);
                copy[length] = '\0';
                assert_int_equal(handover_parse(copy, "x", "b", &out), -EBADMSG);
        }
}

/* A number is digits, as many as it can have: no sign, no blank, nothing that does not fit. */
static void test_handover_numbers(void **state)
{
        static const char *const lines[] = {
                "mount=huge -1:1 rw",
                "mount=huge +1:1 rw",
                "mount=huge  1:1 rw",
                "mount=huge 1: 1 rw",
                "mount=huge 1:99999999999999999999999 rw",
                "mount=huge 1:1",
                "pages=huge -1:1",
                "pages=huge 4294967296:1",
                "pages=huge 0:-1",
                "pages=huge 0: 1",
                "pages=huge 0:18446744073709551615",
                "pages=huge 0:1 ",
                "pages=huge  0:1",
        };

        for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
                _cleanup_handover_ struct ledger_handover out = {};
                _cleanup_free_ char *text = NULL;

                assert_true(asprintf(&text,
                                     "version=2\nboot=b\nwriter=w\ncomplete=yes\nowner=0:0\n"
                                     "mode=0755\n%s\nend\n",
                                     lines[i]) >= 0);
                if (handover_parse(text, "x", "b", &out) != -EBADMSG)
                        fail_msg("'%s' is understood", lines[i]);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DRIFT_TEST(test_as_made),
                DRIFT_TEST(test_no_ledger),
                DRIFT_TEST(test_absolute_writer),
                DRIFT_TEST(test_two_domains),
                DRIFT_TEST(test_another_mount),
                DRIFT_TEST(test_claim_of_less),
                DRIFT_TEST(test_directories),
                DRIFT_TEST(test_handover_text),
                cmocka_unit_test(test_handover_numbers),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

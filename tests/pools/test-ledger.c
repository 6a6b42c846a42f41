/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The records of the ledger as text. */

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/modules/kernel/sysfs.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

#define BOOT_LINE "boot=" FAKE_BOOT "\n"
#define HEAD      "version=2\n" BOOT_LINE "writer=fd-shmem " VERSION "\n"

/* Not by their bytes: nobody sets those between the members. */
static void assert_same_node(const struct ledger_node *a, const struct ledger_node *b)
{
        assert_int_equal(a->node, b->node);
        assert_int_equal(a->asked, b->asked);
        assert_int_equal(a->adopted, b->adopted);
        assert_int_equal(a->added, b->added);
        assert_int_equal(a->pending, b->pending);
        assert_int_equal(a->before, b->before);
        assert_int_equal(a->target, b->target);
}

static void test_reservation_round_trip(void **state)
{
        struct ledger_node nodes[] = {
                { .node = 0, .asked = 512, .adopted = 12, .added = 500 },
                { .node = 2, .asked = 7, .pending = true, .before = 3, .target = 10 },
        };
        struct ledger_reservation in = { .domain = (char *) "a:b",
                                         .type = PAGE_GIGANTIC,
                                         .size = page_size_default(PAGE_GIGANTIC),
                                         .nodes = nodes,
                                         .n_nodes = 2 };
        _cleanup_reservation_ struct ledger_reservation out = {};

        assert_int_equal(ledger_store_reservation(&machine, &in), 0);
        assert_int_equal(ledger_load_reservation(&machine, "a:b", PAGE_GIGANTIC, &out), 0);
        assert_string_equal(out.domain, "a:b");
        assert_false(out.release);
        assert_int_equal(out.n_nodes, 2);
        for (size_t i = 0; i < 2; i++)
                assert_same_node(&out.nodes[i], &nodes[i]);
}

static void test_domain_round_trip(void **state)
{
        char *parents[] = { (char *) "/a b/new\nline\\n", (char *) "/a b", NULL };
        struct ledger_domain in = {
                .name = (char *) "a",
                .path = (char *) "/a b/new\nline\\n/x",
                .base_id = { .known = true,
                             .inode = UINT64_MAX,
                             .birth = 1700000000,
                             .birth_nsec = 7 },
                .base_uid = 4294967294,
                .base_gid = 7,
                .base_mode = 04755,
                .parents_made = parents,
                .mount = { [PAGE_HUGE] = true, [PAGE_NORMAL] = true },
                .place = { [PAGE_HUGE] = (char *) "/mnt/a:b/new\nline" },
                .place_made = { [PAGE_HUGE] = true },
        };
        _cleanup_ledger_domain_ struct ledger_domain out = {};

        assert_int_equal(ledger_store_domain(&machine, &in), 0);
        assert_int_equal(ledger_load_domain(&machine, "a", &out), 0);
        assert_string_equal(out.path, in.path);
        assert_memory_equal(&out.base_id, &in.base_id, sizeof(in.base_id));
        assert_false(out.base_made);
        assert_int_equal(out.base_uid, in.base_uid);
        assert_int_equal(out.base_gid, in.base_gid);
        assert_int_equal(out.base_mode, in.base_mode);
        assert_string_equal(out.parents_made[0], parents[0]);
        assert_string_equal(out.parents_made[1], parents[1]);
        assert_null(out.parents_made[2]);
        assert_memory_equal(out.mount, in.mount, sizeof(in.mount));
        assert_string_equal(out.place[PAGE_HUGE], in.place[PAGE_HUGE]);
        assert_null(out.place[PAGE_NORMAL]);
        assert_memory_equal(out.place_made, in.place_made, sizeof(in.place_made));
}

/* Pages alone: no path. */
static void test_domain_without_mounts(void **state)
{
        struct ledger_domain in = { .name = (char *) "pages" };
        _cleanup_ledger_domain_ struct ledger_domain out = {};

        assert_int_equal(ledger_store_domain(&machine, &in), 0);
        assert_int_equal(ledger_load_domain(&machine, "pages", &out), 0);
        assert_null(out.path);
        assert_true(out.no_mounts);
}

/* However short a record is cut, it is an error, and it stays where it is. */
static void test_truncated(void **state)
{
        static const char text[] =
                HEAD "release=no\nnode=0 asked=12 adopted=1 added=11\n"
                     "node=1 asked=1 adopted=0 added=0 before=10 target=11\nend\n";
        static const char domain[] =
                HEAD "path=/mnt/.fd\nbase-made=yes\nbase-owner=0:0\nbase-mode=0755\n"
                     "parent-made=/mnt\nmount=huge\nend\n";
        struct ledger_reservation reservation;
        struct ledger_domain record;
        struct stat st;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        for (size_t size = 0; size < sizeof(text) - 1; size++) {
                write_record("reservation/a:huge", text, size);
                assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &reservation),
                                 -EBADMSG);
                assert_int_equal(fstatat(machine.state, "reservation/a:huge", &st, 0), 0);
                assert_int_equal(st.st_size, size);
        }
        for (size_t size = 0; size < sizeof(domain) - 1; size++) {
                write_record("domain/a", domain, size);
                assert_int_equal(ledger_load_domain(&machine, "a", &record), -EBADMSG);
        }

        write_record("reservation/a:huge", text, sizeof(text) - 1);
        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &reservation), 0);
        ledger_reservation_done(&reservation);
}

static void test_garbage(void **state)
{
        static const char *const texts[] = {
                "release=maybe\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0 added=-1\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0 added=1x\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0 added=1 before=1\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0 added=1 before=1 target=2 x=1\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0 added=99999999999999999999999\nend\n",
                "release=yes\nnode=0 asked=1 adopted=0 added=18446744073709551615\nend\n",
                "release=yes\nnode=1 asked=1 adopted=0 added=1\nnode=1 asked=1 adopted=0 added=1\nend\n",
                "release=yes\nnode=1 asked=1 adopted=0 added=1\nend\nend\n",
                "release=yes\n\nend\n",
                "colour=blue\nend\n",
                "version=1\nrelease=yes\nend\n",
                "version=-2\n" BOOT_LINE "writer=x\nrelease=yes\nend\n",
                "version=2\nrelease=yes\nend\n",
                "version=2\n" BOOT_LINE "release=yes\nend\n",
                BOOT_LINE "release=yes\nend\n",
        };
        struct ledger_reservation reservation, *list;
        size_t n;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                write_record("reservation/a:huge", texts[i], strlen(texts[i]));
                assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &reservation),
                                 -EBADMSG);
                assert_non_null(strstr(fake_log(), "/run/fd-shmem/reservation/a:huge"));
                assert_int_equal(
                        ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &list, &n),
                        -EBADMSG);
        }
        write_record("reservation/a:huge", "release=yes\0\nend\n", 17);
        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &reservation), -EBADMSG);
}

/* A number is digits: what sscanf(3) would make of a sign is not what was written. */
static void test_numbers_of_a_domain(void **state)
{
        static const char *const lines[] = {
                "base-mode=-755",      "base-mode=+755",
                "base-mode= 755",      "base-mode=0x1",
                "base-mode=17777",     "base-mode=758",
                "base-mode=",          "base-owner=-1:0",
                "base-owner=0:-1",     "base-owner=0",
                "base-owner=0: 1",     "base-owner=0:4294967296",
                "detached=huge:-41",   "detached=large:41",
                "detached=huge",       "mount=large",
                "mount-id=huge",       "mount-id=huge:41",
                "mount-id=huge:-4:2",  "mount-id=large:1:2",
                "mount-id=huge:1:2:3", "base-id=1",
                "base-id=1:2",         "base-id=-1:2.0",
                "base-id=1:-2.0",      "base-id=1:2.1000000000",
                "base-id=1:2.",
        };
        struct ledger_domain record;

        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
                char text[128];

                snprintf(text, sizeof(text), "path=/x\n%s\nend\n", lines[i]);
                write_record("domain/a", text, strlen(text));
                assert_int_equal(ledger_load_domain(&machine, "a", &record), -EBADMSG);
                assert_non_null(strstr(fake_log(), "/run/fd-shmem/domain/a:2"));
        }
}

/* Written before records had a version: read as it was meant, and written anew in today's. */
static void test_version_1(void **state)
{
        static const char text[] = "release=yes\nnode=0 asked=12 adopted=1 added=11\nend\n";
        static const char domain[] = "path=/mnt/.fd\nbase-made=yes\nbase-owner=3:4\n"
                                     "base-mode=0750\nmount=huge\ndetached=huge:41\nend\n";
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_free_ char *again = NULL;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        write_record("reservation/a:huge", text, strlen(text));
        write_record("domain/a", domain, strlen(domain));

        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &reservation), 0);
        assert_int_equal(reservation.nodes[0].added, 11);
        assert_int_equal(ledger_load_domain(&machine, "a", &record), 0);
        assert_int_equal(record.base_gid, 4);
        assert_int_equal(record.base_mode, 0750);
        assert_int_equal(record.mount_id[PAGE_HUGE].mark, 0); /* a device number tells nothing */
        assert_false(record.of_other_boot);

        assert_int_equal(ledger_store_reservation(&machine, &reservation), 0);
        assert_int_equal(sysfs_read(machine.state, "reservation/a:huge", &again, NULL), 0);
        assert_ptr_equal(strstr(again, HEAD), again);
}

static void test_newer_version(void **state)
{
        static const char text[] = "version=3\nboot=x\nwriter=fd-shmem 9.1\nwhatever it says\n";
        struct ledger_reservation reservation, *list;
        struct ledger_domain record;
        size_t n;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        write_record("reservation/a:huge", text, strlen(text));
        write_record("domain/a", text, strlen(text));

        assert_int_equal(ledger_load_reservation(&machine, "a", PAGE_HUGE, &reservation),
                         -EPROTONOSUPPORT);
        assert_non_null(strstr(fake_log(), "of version 3, written by fd-shmem 9.1; "));
        assert_int_equal(
                ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &list, &n),
                -EPROTONOSUPPORT);
        assert_int_equal(ledger_load_domain(&machine, "a", &record), -EPROTONOSUPPORT);
        assert_int_equal(reserve("b", "0:1"), -EPROTONOSUPPORT);
        assert_int_equal(fake_kernel.writes, 0);
}

/* /run can be kept through a boot. The pools are new then; what stands on a disk is not. */
static void test_other_boot(void **state)
{
        struct ledger_domain in = {
                .name = (char *) "a",
                .path = (char *) "/mnt/.fd",
                .base_made = true,
                .base_mode = 0700,
                .mount = { [PAGE_HUGE] = true },
                .mount_id = { [PAGE_HUGE] = { 41, 42 } },
        };
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        struct ledger_reservation *list;
        size_t n;

        assert_int_equal(reserve("a", "0:10"), 0);
        assert_int_equal(ledger_store_domain(&machine, &in), 0);
        assert_int_equal(ledger_load_domain(&machine, "a", &record), 0);
        assert_int_equal(record.mount_id[PAGE_HUGE].mark, 41);
        assert_int_equal(record.mount_id[PAGE_HUGE].unique, 42);
        ledger_domain_done(&record);
        record = (struct ledger_domain){};
        fake_boot(&machine, "99999999-2222-3333-4444-555555555555");
        fake_pool_set(&machine, 0, PAGE_HUGE, 6, 6, 0); /* of the command line */

        assert_no_record("a");
        assert_int_equal(
                ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &list, &n), 0);
        assert_int_equal(n, 0);
        ledger_reservations_free(list, n);
        assert_int_equal(ledger_load_domain(&machine, "a", &record), 0);
        assert_true(record.of_other_boot);
        assert_true(record.base_made);
        assert_true(record.mount[PAGE_HUGE]);
        assert_int_equal(record.mount_id[PAGE_HUGE].mark, 0);

        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(6, 0);
        assert_int_equal(reserve("a", "0:10"), 0);
        assert_record("a", 0, 10, 6, 4);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(6, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_reservation_round_trip),
                TEST(test_domain_round_trip),
                TEST(test_domain_without_mounts),
                TEST(test_truncated),
                TEST(test_garbage),
                TEST(test_numbers_of_a_domain),
                TEST(test_version_1),
                TEST(test_newer_version),
                TEST(test_other_boot),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

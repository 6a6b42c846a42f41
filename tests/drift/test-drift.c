/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records, pools and a mount table that agree, and then do not. */

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "helpers/modules/drift/drift-record.h"
#include "helpers/modules/drift/drift.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger.h"
#include "tests/pools/acts.h"

static char base[] = "/tmp/fd-shmem-drift-XXXXXX";
static struct stat base_stat;

static void __attribute__((format(printf, 1, 2))) write_mountinfo(const char *format, ...)
{
        _cleanup_fclose_ FILE *f = NULL;
        va_list ap;
        int fd;

        (void) mkdirat(machine.procfs, "self", 0755);
        fd = openat(machine.procfs, "self/mountinfo", O_WRONLY | O_CREAT | O_TRUNC, 0644);
        assert_true(fd >= 0);
        f = fdopen(fd, "w");
        fputs("22 1 259:0 / / rw - ext4 /dev/root rw\n", f);
        va_start(ap, format);
        vfprintf(f, format, ap);
        va_end(ap);
}

static void mount_huge(uint64_t claimed)
{
        write_mountinfo("31 22 0:41 / %s/.huge rw,relatime - hugetlbfs none "
                        "rw,pagesize=2M,min_size=%" PRIu64 "\n",
                        base, claimed * page_type_size(PAGE_HUGE));
}

/* A domain that is up, has a mount of huge pages, and was handed over with OPTIONS (NULL: started by a
 * version that did not record it). */
static void domain_up(const char *name, const char *options)
{
        struct ledger_handover handover = {
                .complete = true,
                .uid = base_stat.st_uid,
                .gid = base_stat.st_gid,
                .mode = base_stat.st_mode & 07777,
                .mount[PAGE_HUGE] = { .there = true, .device = makedev(0, 41), .inode = 7 },
        };
        struct ledger_domain domain = {
                .name = (char *) name,
                .path = base,
                .mount[PAGE_HUGE] = true,
        };

        assert_int_equal(ledger_store_domain(&machine, &domain), 0);
        if (!options)
                return;
        handover.mount[PAGE_HUGE].options = (char *) options;
        assert_int_equal(ledger_store_handover(&machine, name, &handover), 0);
}

static int setup(void **state)
{
        int r = acts_setup(state);

        strcpy(base + strlen(base) - 6, "XXXXXX");
        assert_non_null(mkdtemp(base));
        assert_int_equal(stat(base, &base_stat), 0);
        return r;
}

static int teardown(void **state)
{
        (void) rmdir(base);
        return acts_teardown(state);
}

/* The texts of all that differs, one per line; valid until the next call. */
static const char *differences(const char *only, size_t *ret_n_claims)
{
        static char text[2048];
        _cleanup_drift_ struct drift_list list = {};

        assert_int_equal(drift_find(&machine, only, &list), 0);
        text[0] = '\0';
        for (size_t i = 0; i < list.n; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s: %s\n",
                         list.items[i].domain, drift_kind_name(list.items[i].kind),
                         list.items[i].text);
        if (ret_n_claims)
                *ret_n_claims = list.n_claims;
        return text;
}

/* TEXT with BASE in place of each "BASE". */
static void expect(const char *only, const char *text)
{
        char wanted[2048] = "";

        for (const char *p = text; *p; p++)
                if (strncmp(p, "BASE", 4) == 0) {
                        strcat(wanted, base);
                        p += 3;
                } else {
                        strncat(wanted, p, 1);
                }
        assert_string_equal(differences(only, NULL), wanted);
}

static void test_as_made(void **state)
{
        assert_int_equal(reserve("a", "0:256"), 0);
        mount_huge(256);
        domain_up("a", "rw,pagesize=2M,min_size=536870912");
        expect(NULL, "");

        fake_pool_set(&machine, 0, PAGE_HUGE, 300, 10, 0); /* others', and regions */
        expect(NULL, "");
}

static void hand_over(void)
{
        const bool mounts[N_PAGE_TYPES] = {};
        const struct owner owner = { .uid = base_stat.st_uid, .gid = base_stat.st_gid };

        assert_int_equal(drift_record_handover(&machine, "a", base, mounts, &owner,
                                               base_stat.st_mode & 07777),
                         0);
}

/* Pages that were in the pool before the domain are its own as much as those that were added. */
static void test_adopted(void **state)
{
        fake_pool_set(&machine, 0, PAGE_HUGE, 6, 6, 0);
        assert_int_equal(reserve("a", "0:8"), 0);
        assert_record("a", 0, 8, 6, 2);
        mount_huge(8);
        domain_up("a", "rw,pagesize=2M,min_size=16777216");
        expect(NULL, "");
        hand_over();
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 7, 7, 0);
        expect(NULL, "a pool: node 0: 8 huge pages recorded, 7 there\n");
}

/* Fewer than asked is what the domain was made with. */
static void test_shortage_continue(void **state)
{
        struct reservation_request request = request_for("a", "0:8,2:4");

        fake_kernel.capacity[0] = 5;
        request.take_less = true;
        assert_int_equal(make(request), 0);
        assert_pools(5, 4);
        mount_huge(9);
        domain_up("a", "rw,pagesize=2M,min_size=18874368");
        expect(NULL, "");
        hand_over();
        expect(NULL, "");
        mount_huge(6); /* others used three when it was mounted */
        domain_up("a", "rw,pagesize=2M,min_size=12582912");
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 4, 4, 0);
        expect(NULL, "a pool: node 0: 5 huge pages recorded, 4 there\n");
}

/* With Release=no pages stay in the pool after a stop, and are found again by the next start. */
static void test_kept_pages(void **state)
{
        struct reservation_request request = request_for("a", "0:8");

        request.release = false;
        assert_int_equal(make(request), 0);
        write_mountinfo("%s", "");
        expect(NULL, ""); /* not up */
        mount_huge(8);
        domain_up("a", "rw,pagesize=2M,min_size=16777216");
        hand_over();
        expect(NULL, "");

        assert_int_equal(ledger_remove_domain(machine.state, "a"), 0);
        write_mountinfo("%s", "");
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 3, 3, 0); /* nobody's loss */
        expect(NULL, "");
        request = request_for("a", "0:8");
        request.release = false;
        assert_int_equal(make(request), 0);
        mount_huge(8);
        domain_up("a", "rw,pagesize=2M,min_size=16777216");
        hand_over();
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
        expect(NULL, "a pool: node 0: 256 huge pages recorded, 64 there, and 192 as surplus, which "
                     "go when they are free\n");
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

/* The others' pages count first, as they do for a release; and who looks at the pool next enters what is
 * lost, which is no reason to forget it. */
static void test_others(void **state)
{
        const bool mounts[N_PAGE_TYPES] = {};
        const struct owner owner = { .uid = base_stat.st_uid, .gid = base_stat.st_gid };
        struct ledger_domain b = { .name = (char *) "b", .path = base };
        struct reservation_request add;

        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 0, 0);
        add = request_for("a", "0:8");
        add.adopt = false;
        assert_int_equal(make(add), 0);
        domain_up("a", NULL);
        mount_huge(0);
        assert_int_equal(drift_record_handover(&machine, "a", base, mounts, &owner,
                                               base_stat.st_mode & 07777),
                         0);
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 30, 10, 0);
        expect(NULL, "");
        fake_pool_set(&machine, 0, PAGE_HUGE, 20, 0, 0);
        expect(NULL, "a pool: node 0: 8 huge pages recorded, 0 there\n");

        fake_pool_set(&machine, 0, PAGE_HUGE, 23, 3, 0);
        assert_int_equal(reserve("b", "2:1"), 0);
        assert_int_equal(ledger_store_domain(&machine, &b), 0);
        expect(NULL, "a pool: node 0: 8 huge pages recorded, 3 there\n");
}

/* Fewer are wanted since, in place. */
static void test_shrunk(void **state)
{
        const bool mounts[N_PAGE_TYPES] = {};
        const struct owner owner = { .uid = base_stat.st_uid, .gid = base_stat.st_gid };

        assert_int_equal(reserve("a", "0:8"), 0);
        domain_up("a", NULL);
        write_mountinfo("%s", "");
        assert_int_equal(drift_record_handover(&machine, "a", base, mounts, &owner,
                                               base_stat.st_mode & 07777),
                         0);
        assert_int_equal(reserve("a", "0:4"), 0);
        expect(NULL, "");
        assert_int_equal(reserve("a", "0:12"), 0);
        expect(NULL, "");
}

/* A reservation at work, or one that was killed: the next one settles it. */
static void test_pending(void **state)
{
        struct ledger_node node = {
                .node = 0, .asked = 9, .added = 9, .pending = true, .before = 9, .target = 12
        };
        struct ledger_reservation record = {
                .domain = (char *) "a", .type = PAGE_HUGE, .nodes = &node, .n_nodes = 1
        };

        assert_int_equal(ledger_store_reservation(&machine, &record), 0);
        mount_huge(9);
        domain_up("a", NULL);
        expect(NULL, "");
        node.pending = false;
        assert_int_equal(ledger_store_reservation(&machine, &record), 0);
        expect(NULL, "a pool: node 0: 9 huge pages recorded, 0 there\n");
}

static void test_on_its_way(void **state)
{
        domain_up("a", NULL);
        write_mountinfo("%s", "");
        expect(NULL, "a no-mount: BASE/.huge: not mounted\n");
        assert_int_equal(drift_record_begin(&machine, "a"), 0);
        expect(NULL, "");

        domain_up("a", "rw,pagesize=2M");
        expect(NULL, "a no-mount: BASE/.huge: not mounted\n");
        assert_int_equal(ledger_mark_leftover(machine.state, "a"), 0);
        expect(NULL, "");
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
        expect(NULL, "a no-base: BASE: is no directory any more\n");
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

/* 160 pages of node 2 are claimed, 160 of node 0 are anybody's. */
static void claim_on_node_2(uint64_t free0, uint64_t free2, uint64_t reserved)
{
        fake_kernel.reserved = reserved;
        fake_pool_set(&machine, 0, PAGE_HUGE, 160, free0, 0);
        fake_pool_set(&machine, 2, PAGE_HUGE, 160, free2, 0);
}

static size_t n_claims(void)
{
        size_t n;

        assert_string_equal(differences(NULL, &n), "");
        return n;
}

static void test_claims(void **state)
{
        assert_int_equal(reserve("a", "2:160"), 0);
        assert_int_equal(reserve("b", "0:160"), 0);
        mount_huge(160);
        domain_up("a", NULL);

        claim_on_node_2(160, 160, 160);
        assert_int_equal(n_claims(), 0);
        claim_on_node_2(160, 100, 100); /* its own regions */
        assert_int_equal(n_claims(), 0);
        claim_on_node_2(20, 160, 160); /* others, where they may */
        assert_int_equal(n_claims(), 0);
        claim_on_node_2(160, 60, 160); /* taken, or reserved by others on node 0 */
        assert_int_equal(n_claims(), 1);
        claim_on_node_2(60, 100, 100); /* either: who has what tells */
        assert_int_equal(n_claims(), 1);

        /* On one node, or where all is claimed, it can always be told. */
        fake_pool_set(&machine, 0, PAGE_HUGE, 0, 0, 0);
        assert_int_equal(ledger_remove_reservation(machine.state, "b", PAGE_HUGE), 0);
        for (uint64_t used = 0; used <= 160; used += 40) {
                fake_kernel.reserved = 160 - used;
                fake_pool_set(&machine, 2, PAGE_HUGE, 160, 160 - used, 0);
                assert_int_equal(n_claims(), 0);
        }
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
        assert_int_equal(handover_format(&in, "b", &text), 0);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                CASE(test_as_made),
                CASE(test_no_ledger),
                CASE(test_absolute_writer),
                CASE(test_adopted),
                CASE(test_no_ledger),
                CASE(test_absolute_writer),
                CASE(test_shortage_continue),
                CASE(test_no_ledger),
                CASE(test_absolute_writer),
                CASE(test_kept_pages),
                CASE(test_no_ledger),
                CASE(test_absolute_writer),
                CASE(test_two_domains),
                CASE(test_pending),
                CASE(test_on_its_way),
                CASE(test_another_mount),
                CASE(test_claim_of_less),
                CASE(test_directories),
                CASE(test_claims),
                CASE(test_others),
                CASE(test_shrunk),
                CASE(test_handover_text),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

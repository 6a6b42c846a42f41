/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helpers/modules/ledger/ledger.h"
#include "tests/pools/acts.h"

static void write_record(const char *path, const char *text, size_t size)
{
        _cleanup_close_ int fd = openat(machine.state, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, size), size);
}

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
        struct ledger_reservation in = {
                .domain = (char *) "a:b", .type = PAGE_GIGANTIC, .nodes = nodes, .n_nodes = 2
        };
        _cleanup_reservation_ struct ledger_reservation out = {};

        assert_int_equal(ledger_store_reservation(machine.state, &in), 0);
        assert_int_equal(ledger_load_reservation(machine.state, "a:b", PAGE_GIGANTIC, &out), 0);
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
                .base_uid = 4294967294,
                .base_gid = 7,
                .base_mode = 04755,
                .parents_made = parents,
                .mount = { [PAGE_HUGE] = true, [PAGE_NORMAL] = true },
        };
        _cleanup_ledger_domain_ struct ledger_domain out = {};

        assert_int_equal(ledger_store_domain(machine.state, &in), 0);
        assert_int_equal(ledger_load_domain(machine.state, "a", &out), 0);
        assert_string_equal(out.path, in.path);
        assert_false(out.base_made);
        assert_int_equal(out.base_uid, in.base_uid);
        assert_int_equal(out.base_gid, in.base_gid);
        assert_int_equal(out.base_mode, in.base_mode);
        assert_string_equal(out.parents_made[0], parents[0]);
        assert_string_equal(out.parents_made[1], parents[1]);
        assert_null(out.parents_made[2]);
        assert_memory_equal(out.mount, in.mount, sizeof(in.mount));
}

/* However short a record is cut, it is an error, and it stays where it is. */
static void test_truncated(void **state)
{
        static const char text[] = "release=no\nnode=0 asked=12 adopted=1 added=11\n"
                                   "node=1 asked=1 adopted=0 added=0 before=10 target=11\nend\n";
        static const char domain[] =
                "path=/mnt/.fd\nbase-made=yes\nbase-owner=0:0\nbase-mode=0755\n"
                "parent-made=/mnt\nmount=huge\nend\n";
        struct ledger_reservation reservation;
        struct ledger_domain record;
        struct stat st;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        for (size_t size = 0; size < sizeof(text) - 1; size++) {
                write_record("reservation/a:huge", text, size);
                assert_int_equal(
                        ledger_load_reservation(machine.state, "a", PAGE_HUGE, &reservation),
                        -EBADMSG);
                assert_int_equal(fstatat(machine.state, "reservation/a:huge", &st, 0), 0);
                assert_int_equal(st.st_size, size);
        }
        for (size_t size = 0; size < sizeof(domain) - 1; size++) {
                write_record("domain/a", domain, size);
                assert_int_equal(ledger_load_domain(machine.state, "a", &record), -EBADMSG);
        }

        write_record("reservation/a:huge", text, sizeof(text) - 1);
        assert_int_equal(ledger_load_reservation(machine.state, "a", PAGE_HUGE, &reservation), 0);
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
        };
        struct ledger_reservation reservation, *list;
        size_t n;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                write_record("reservation/a:huge", texts[i], strlen(texts[i]));
                assert_int_equal(
                        ledger_load_reservation(machine.state, "a", PAGE_HUGE, &reservation),
                        -EBADMSG);
                assert_non_null(strstr(fake_log(), "/run/fd-shmem/reservation/a:huge"));
                assert_int_equal(ledger_list_reservations(machine.state, PAGE_HUGE, &list, &n),
                                 -EBADMSG);
        }
        write_record("reservation/a:huge", "release=yes\0\nend\n", 17);
        assert_int_equal(ledger_load_reservation(machine.state, "a", PAGE_HUGE, &reservation),
                         -EBADMSG);
}

static void test_lists(void **state)
{
        struct ledger_reservation *reservations;
        struct ledger_reservation in = { .domain = (char *) "x", .type = PAGE_HUGE };
        char **names;
        size_t n;

        assert_int_equal(ledger_list_reservations(machine.state, PAGE_HUGE, &reservations, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(ledger_list_domains(machine.state, &names), 0);
        assert_null(names[0]);
        free(names);

        assert_int_equal(ledger_store_reservation(machine.state, &in), 0);
        in.domain = (char *) "y";
        assert_int_equal(ledger_store_reservation(machine.state, &in), 0);
        in.type = PAGE_GIGANTIC;
        assert_int_equal(ledger_store_reservation(machine.state, &in), 0);
        assert_int_equal(ledger_list_reservations(machine.state, PAGE_HUGE, &reservations, &n), 0);
        assert_int_equal(n, 2);
        ledger_reservations_free(reservations, n);

        assert_int_equal(ledger_remove_reservation(machine.state, "x", PAGE_HUGE), 0);
        assert_int_equal(ledger_remove_reservation(machine.state, "x", PAGE_HUGE), 0);
        assert_int_equal(ledger_list_reservations(machine.state, PAGE_HUGE, &reservations, &n), 0);
        assert_int_equal(n, 1);
        assert_string_equal(reservations[0].domain, "y");
        ledger_reservations_free(reservations, n);
}

static void test_leftover(void **state)
{
        assert_false(ledger_is_leftover(machine.state, "a"));
        assert_int_equal(ledger_mark_leftover(machine.state, "a"), 0);
        assert_int_equal(ledger_mark_leftover(machine.state, "a"), 0);
        assert_true(ledger_is_leftover(machine.state, "a"));
        assert_int_equal(ledger_clear_leftover(machine.state, "a"), 0);
        assert_int_equal(ledger_clear_leftover(machine.state, "a"), 0);
        assert_false(ledger_is_leftover(machine.state, "a"));
}

static int give_up(void *userdata)
{
        return ++*(unsigned *) userdata == 2 ? -ECANCELED : 0;
}

/* The holder's death is enough to let go of a lock. */
static void test_lock(void **state)
{
        _cleanup_close_ int lock = -1;
        unsigned calls = 0;
        int ready[2];
        pid_t pid;
        char c;

        assert_int_equal(pipe(ready), 0);
        pid = fork();
        if (pid == 0) {
                int held = ledger_lock(machine.state, "huge", NULL, NULL);

                (void) !write(ready[1], "x", held >= 0);
                pause();
                _exit(0);
        }
        assert_int_equal(read(ready[0], &c, 1), 1);
        assert_int_equal(ledger_lock(machine.state, "huge", give_up, &calls), -ECANCELED);
        assert_int_equal(calls, 2);

        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        lock = ledger_lock(machine.state, "huge", give_up, &calls);
        assert_true(lock >= 0);
        close(ready[0]);
        close(ready[1]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_reservation_round_trip),
                TEST(test_domain_round_trip),
                TEST(test_truncated),
                TEST(test_garbage),
                TEST(test_lists),
                TEST(test_leftover),
                TEST(test_lock),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

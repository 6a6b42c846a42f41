/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is in the ledger beside the text of its records: lists, flags, files of nobody. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/release.h"
#include "tests/pools/acts.h"

static void test_lists(void **state)
{
        struct ledger_reservation *reservations;
        struct ledger_reservation in = { .domain = (char *) "x",
                                         .type = PAGE_HUGE,
                                         .size = page_size_default(PAGE_HUGE) };
        char **names;
        size_t n;

        assert_int_equal(
                ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &reservations, &n),
                0);
        assert_int_equal(n, 0);
        assert_int_equal(ledger_list_domains(machine.state, &names), 0);
        assert_null(names[0]);
        free(names);

        assert_int_equal(ledger_store_reservation(&machine, &in), 0);
        in.domain = (char *) "y";
        assert_int_equal(ledger_store_reservation(&machine, &in), 0);
        in.type = PAGE_GIGANTIC;
        in.size = page_size_default(PAGE_GIGANTIC);
        assert_int_equal(ledger_store_reservation(&machine, &in), 0);
        assert_int_equal(
                ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &reservations, &n),
                0);
        assert_int_equal(n, 2);
        ledger_reservations_free(reservations, n);

        assert_int_equal(ledger_remove_reservation(machine.state, "x", PAGE_HUGE), 0);
        assert_int_equal(ledger_remove_reservation(machine.state, "x", PAGE_HUGE), 0);
        assert_int_equal(
                ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &reservations, &n),
                0);
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

/* Two teardowns of one domain mark it before either has its lock. */
static void test_markers_do_not_collide(void **state)
{
        pid_t pid = fork();
        int status, failed = 0;

        assert_true(pid >= 0);
        for (unsigned i = 0; i < 3000; i++) {
                failed |= ledger_mark_leftover(machine.state, "a");
                failed |= ledger_clear_leftover(machine.state, "a");
        }
        if (pid == 0)
                _exit(failed != 0);
        assert_int_equal(failed, 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
}

/* What a killed program left half written goes with the next record that goes; what one that lives is
 * writing stays. */
static void test_strays_are_removed(void **state)
{
        char own[32];

        snprintf(own, sizeof(own), "new-%d", (int) getppid());
        write_record("new-domain-z", "x", 1);
        write_record("new-999999999", "x", 1);
        write_record(own, "x", 1);
        assert_int_equal(reserve("a", "0:1"), 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_int_equal(faccessat(machine.state, "new-domain-z", F_OK, 0), -1);
        assert_int_equal(faccessat(machine.state, "new-999999999", F_OK, 0), -1);
        assert_int_equal(faccessat(machine.state, own, F_OK, 0), 0);
}

/* Files that are nobody's records are passed over. */
static void test_strangers_in_the_ledger(void **state)
{
        struct ledger_reservation *reservations;
        char **names;
        size_t n;

        assert_int_equal(mkdirat(machine.state, "reservation", 0755), 0);
        assert_int_equal(mkdirat(machine.state, "domain", 0755), 0);
        write_record("reservation/a:huge~", "x", 1);
        write_record("reservation/.b:huge", "x", 1);
        write_record("reservation/README", "x", 1);
        write_record("domain/.a.swp", "x", 1);
        write_record("domain/a~", "x", 1);
        assert_int_equal(
                ledger_list_reservations(&machine, page_size_default(PAGE_HUGE), &reservations, &n),
                0);
        assert_int_equal(n, 0);
        ledger_reservations_free(reservations, n);
        assert_int_equal(ledger_list_domains(machine.state, &names), 0);
        assert_null(names[0]);
        free(names);
        assert_int_equal(reserve("a", "0:1"), 0);
}

/* A file system that is out of inodes: what was made at the start has to do. */
static void test_stop_without_inodes(void **state)
{
        char path[64] = "/tmp/fd-shmem-inodes-XXXXXX", name[32];
        struct machine full = machine;
        unsigned n = 0;

        assert_non_null(mkdtemp(path));
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
            mount("tmpfs", path, "tmpfs", 0, "nr_inodes=40") < 0) {
                rmdir(path);
                skip();
        }
        full.state = open(path, O_DIRECTORY | O_CLOEXEC);
        close(machine.state);
        machine.state = full.state;
        ledger_make_ready(machine.state);
        assert_int_equal(reserve("a", "0:10,2:10"), 0);
        assert_int_equal(reserve("b", "0:10"), 0);
        do
                snprintf(name, sizeof(name), "filler-%u", n++);
        while (mknodat(machine.state, name, S_IFREG | 0600, 0) == 0);
        assert_int_equal(errno, ENOSPC);

        assert_int_equal(ledger_mark_leftover(machine.state, "a"), 0);
        assert_int_equal(release_reservation(&machine, "a", PAGE_HUGE), 0);
        assert_pools(10, 0);
        assert_no_record("a");
        assert_int_equal(release_reservation(&machine, "b", PAGE_HUGE), 0);
        assert_pools(0, 0);
        assert_int_equal(umount2(path, MNT_DETACH), 0);
        rmdir(path);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_lists),
                TEST(test_leftover),
                TEST(test_markers_do_not_collide),
                TEST(test_strays_are_removed),
                TEST(test_strangers_in_the_ledger),
                TEST(test_stop_without_inodes),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The locks of the ledger, and the wait for one that is held. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helpers/modules/ledger/ledger.h"
#include "tests/pools/acts.h"

static int give_up(const struct ledger_wait *wait, void *userdata)
{
        return ++*(unsigned *) userdata == 2 ? -ECANCELED : 0;
}

/* The holder's death is enough to let go of a lock. */
static void test_lock(void **state)
{
        _cleanup_close_ int lock = -1;
        unsigned calls = 0;
        int ready[2], r;
        ssize_t got;
        pid_t pid;
        char c;

        assert_int_equal(pipe(ready), 0);
        pid = fork();
        if (pid == 0) {
                if (ledger_lock(&machine, "huge", NULL, NULL) >= 0)
                        (void) !write(ready[1], "x", 1);
                close(ready[1]);
                pause();
                _exit(0);
        }
        close(ready[1]);
        got = read(ready[0], &c, 1);
        r = ledger_lock(&machine, "huge", give_up, &calls);

        /* Before anything is judged: whoever waits for our output waits for the child's, too. */
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        close(ready[0]);
        assert_int_equal(got, 1);
        assert_int_equal(r, -ECANCELED);
        assert_int_equal(calls, 2);

        lock = ledger_lock(&machine, "huge", give_up, &calls);
        assert_true(lock >= 0);
}

/* A child that holds the lock of "huge" until it is killed. */
static pid_t hold_lock(void)
{
        int ready[2];
        pid_t pid;
        char c;

        assert_int_equal(pipe(ready), 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                int held = ledger_lock(&machine, "huge", NULL, NULL);

                (void) prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails does not end us */
                (void) !write(ready[1], "x", held >= 0);
                for (;;)
                        pause();
        }
        assert_int_equal(read(ready[0], &c, 1), 1);
        close(ready[0]);
        close(ready[1]);
        return pid;
}

static void end_child(pid_t pid)
{
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
}

/* Whoever holds a lock and was stopped is named, and not waited for without end. */
static void test_lock_of_a_stopped_process(void **state)
{
        struct machine real = machine;
        pid_t pid = hold_lock();
        char name[64];
        const char *text;
        int status;

        real.procfs = open("/proc", O_DIRECTORY | O_CLOEXEC);
        kill(pid, SIGSTOP);
        assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
        ledger_set_patience(3);
        assert_int_equal(ledger_lock(&real, "huge", NULL, NULL), -ETIMEDOUT);
        text = fake_log();
        snprintf(name, sizeof(name), "waiting for pid %d (test-lock), which is stopped", (int) pid);
        assert_non_null(strstr(text, name));
        assert_non_null(strstr(text, "has done nothing for 3 seconds"));

        ledger_set_patience(60);
        end_child(pid);
        close(real.procfs);
}

static unsigned busy_seconds, waited, extended;
static pid_t busy_pid;

/* For some seconds the holder uses its processor. */
static int watch_busy(const struct ledger_wait *wait, void *userdata)
{
        char path[32], text[128];

        waited = wait->seconds;
        extended += wait->progress;
        snprintf(path, sizeof(path), "%d", (int) busy_pid);
        (void) mkdirat(machine.procfs, path, 0755);
        snprintf(path, sizeof(path), "%d/stat", (int) busy_pid);
        snprintf(text, sizeof(text), "%d (a) b) R 1 2 3 4 5 6 7 8 9 10 %u 3 0 0\n", (int) busy_pid,
                 wait->seconds < busy_seconds ? wait->seconds : busy_seconds);
        {
                _cleanup_close_ int fd =
                        openat(machine.procfs, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

                assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        }
        return 0;
}

static void test_lock_of_a_busy_process(void **state)
{
        busy_pid = hold_lock();
        busy_seconds = 10;
        ledger_set_patience(4);
        assert_int_equal(ledger_lock(&machine, "huge", watch_busy, NULL), -ETIMEDOUT);
        assert_true(waited >= busy_seconds + 2 && waited <= busy_seconds + 6);
        assert_true(extended >= busy_seconds && extended <= busy_seconds + 2);
        ledger_set_patience(60);
        end_child(busy_pid);
}

/* Two that take the lock and remove its file, again and again, are never in at the same time. */
static void test_discarded_lock_excludes(void **state)
{
        pid_t pids[2];

        ledger_set_patience(UINT_MAX); /* time flies here: see fake-kernel.c */
        for (unsigned i = 0; i < 2; i++) {
                pids[i] = fork();
                assert_true(pids[i] >= 0);
                if (pids[i] > 0)
                        continue;
                for (unsigned n = 0; n < 300; n++) {
                        int lock = ledger_lock_domain(&machine, "_x", NULL, NULL), fd;

                        fd = openat(machine.state, "inside", O_WRONLY | O_CREAT | O_EXCL, 0600);
                        if (lock < 0 || fd < 0)
                                _exit(1);
                        close(fd);
                        unlinkat(machine.state, "inside", 0);
                        ledger_discard_lock_domain(&machine, "_x");
                        close(lock);
                }
                _exit(0);
        }
        for (unsigned i = 0; i < 2; i++) {
                int status;

                assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
                assert_int_equal(status, 0);
        }
        ledger_set_patience(60);
        assert_int_equal(faccessat(machine.state, "lock-domain-_x", F_OK, 0), -1);
}

/* The file stays as long as the ledger knows the domain. */
static void test_lock_of_a_known_domain_stays(void **state)
{
        _cleanup_close_ int lock = ledger_lock_domain(&machine, "a", NULL, NULL);

        assert_true(lock >= 0);
        assert_int_equal(reserve("a", "0:1"), 0);
        ledger_discard_lock_domain(&machine, "a");
        assert_int_equal(faccessat(machine.state, "lock-domain-a", F_OK, 0), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_lock),
                TEST(test_lock_of_a_stopped_process),
                TEST(test_lock_of_a_busy_process),
                TEST(test_discarded_lock_excludes),
                TEST(test_lock_of_a_known_domain_stays),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}

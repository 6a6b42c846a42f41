/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What helpers send to the journal, and to the service manager. */

#include "helpers/modules/manager/report.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/log.h"
#include "tests/manager/notified.h"

static void test_status(void **state)
{
        report_status("Node %u: %s", 3, "compacting");
        report_extend_timeout(30000000);
        assert_string_equal(notified(),
                            "STATUS=Node 3: compacting\nEXTEND_TIMEOUT_USEC=30000000\n");
}

/* A journal of our own in a /run of our own; what is sent to it can be read from the descriptor. */
static int own_journal(void)
{
        struct sockaddr_un address = { AF_UNIX, "/run/systemd/journal/socket" };
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
            mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0 || mkdir("/run/systemd", 0755) < 0 ||
            mkdir("/run/systemd/journal", 0755) < 0 ||
            bind(fd, (struct sockaddr *) &address, sizeof(address)) < 0)
                return -1;
        return fd;
}

/* Standard error is a pipe, which is the journal's stream if STREAM says so. */
static int stderr_to_pipe(bool stream)
{
        char text[64];
        struct stat st;
        int pair[2];

        if (pipe(pair) < 0 || dup2(pair[1], STDERR_FILENO) < 0 || fstat(STDERR_FILENO, &st) < 0)
                return -1;
        snprintf(text, sizeof(text), "%lu:%lu", (unsigned long) st.st_dev,
                 (unsigned long) st.st_ino + !stream);
        setenv("JOURNAL_STREAM", text, 1);
        close(pair[1]);
        return pair[0];
}

static bool received(int fd, const char *text)
{
        static char entry[4096];
        ssize_t n = recv(fd, entry, sizeof(entry) - 1, MSG_PEEK);

        return n >= 0 && memmem(entry, (size_t) n, text, strlen(text));
}

/* The number of what went wrong. */
static int speak_to_journal(void)
{
        int journal = own_journal(), fd = stderr_to_pipe(true);

        if (journal < 0 || fd < 0)
                return 1;
        report_open("d");
        log_warning("two\nlines");
        if (!received(journal, "PRIORITY=4\n"))
                return 2;
        if (!received(journal, "SYSLOG_IDENTIFIER=fd-shmem-"))
                return 3;
        if (!received(journal, "OBJECT_SYSTEMD_UNIT=fd-shmem@d.target\n"))
                return 4;
        return received(journal, "MESSAGE=two") && !received(journal, "\nlines") ? 0 : 5;
}

/* The variable was inherited: standard error is another pipe. */
static int speak_to_stderr(void)
{
        int journal = own_journal(), fd = stderr_to_pipe(false);
        char text[64] = "";

        if (journal < 0 || fd < 0)
                return 1;
        report_open("d");
        log_warning("plain");
        if (read(fd, text, sizeof(text) - 1) <= 0 || strcmp(text, "plain\n") != 0)
                return 2;
        return received(journal, "") ? 3 : 0;
}

static void assert_child(int (*function)(void))
{
        int status;
        pid_t pid;

        if (geteuid() != 0) {
                print_message("no /run of one's own: run as root\n");
                skip();
        }
        fflush(NULL);
        pid = fork();
        if (pid == 0)
                exit(function());
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
}

static void test_journal(void **state)
{
        assert_child(speak_to_journal);
}

static void test_inherited_variable(void **state)
{
        assert_child(speak_to_stderr);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_status),
                cmocka_unit_test(test_journal),
                cmocka_unit_test(test_inherited_variable),
        };

        return cmocka_run_group_tests_name("report", tests, notified_open, notified_close);
}

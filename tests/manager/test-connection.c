/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The connection to a service manager, and what it is asked. */

#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/manager/fake-manager.h"

#define UNIT "fd-shmem-teardown@d.service"

static void test_questions(void **state)
{
        struct fake_unit *unit = fake_unit(UNIT, "active");
        char *text = NULL, **list = NULL;

        unit->before = "a.service b.service";
        unit->job = "restart";
        fake_unit("a.service", "active")->job = "stop";
        fake_unit("b.service", "active")->job = "start";
        assert_int_equal(manager_unit_string(fake_bus, UNIT, "ActiveState", &text), 0);
        assert_string_equal(text, "active");
        free(text);
        assert_int_equal(manager_job_type(fake_bus, UNIT, &text), 0);
        assert_string_equal(text, "restart");
        free(text);
        assert_int_equal(manager_unit_list(fake_bus, UNIT, "Before", &list), 0);
        assert_string_equal(list[0], "a.service");
        assert_string_equal(list[1], "b.service");
        assert_null(list[2]);
        string_list_free(list);
        assert_int_equal(manager_stopping_units(fake_bus, &list), 0);
        assert_string_equal(list[0], UNIT);
        assert_string_equal(list[1], "a.service");
        assert_null(list[2]);
        string_list_free(list);
}

static int listen_at(const char *path)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        strcpy(address.sun_path, path);
        return bind(fd, (struct sockaddr *) &address, sizeof(address)) < 0 || listen(fd, 5) < 0
                       ? -errno
                       : fd;
}

/* 0: as it should be; else the number of what went wrong. */
static int connect_in_own_run(void)
{
        sd_bus *bus = NULL;
        int fd;

        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
            mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0)
                return 1;
        if (manager_connect(&bus) != -ENOTCONN)
                return 2;
        if (mkdir("/run/systemd", 0755) < 0 || manager_connect(&bus) != -ENOTCONN)
                return 3;
        /* It never answers: whoever has nothing to ask does not wait for that. */
        alarm(30);
        fd = listen_at("/run/systemd/private");
        if (fd < 0 || manager_connect(&bus) != 0 || !bus)
                return 4;
        manager_disconnect(&bus);
        close(fd);
        return manager_connect(&bus) == -ENOTCONN && !bus ? 0 : 5;
}

static void test_connect(void **state)
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
                exit(connect_in_own_run());
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, fake_manager_start, fake_manager_stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_questions),
                cmocka_unit_test(test_connect),
        };

        return cmocka_run_group_tests_name("manager", tests, NULL, NULL);
}

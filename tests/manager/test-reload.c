/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files that systemd works with stand in the command of a unit of ours. */

#include "conf/file.h"
#include "helpers/modules/manager/reload.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "conf/changes.h"
#include "tests/manager/fake-manager.h"

#define UNIT "fd-shmem-check.service"
#define CONF "etc/fd-shmem.conf"

static char directory[64], command[256];
static int root = -1;

static void write_conf(const char *text)
{
        int fd = openat(root, CONF, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        close(fd);
}

/* What the generator leaves when it has read the file. */
static void reload(void)
{
        _cleanup_free_ char *record = NULL;
        struct file_stamp stamp;

        assert_int_equal(file_stat(root, "/" CONF, &stamp), 1);
        assert_int_equal(file_record_format("/" CONF, &stamp, &record), 0);
        snprintf(command, sizeof(command), "/usr/libexec/check --read=%s --other", record);
        fake_unit(UNIT, "active")->command = command;
}

static int start(void **state)
{
        strcpy(directory, "/tmp/fd-shmem-test-XXXXXX");
        assert_non_null(mkdtemp(directory));
        root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(mkdirat(root, "etc", 0700), 0);
        write_conf("[a]\n");
        return fake_manager_start(state);
}

static int stop(void **state)
{
        (void) unlinkat(root, CONF, 0);
        (void) unlinkat(root, "etc", AT_REMOVEDIR);
        close(root);
        (void) rmdir(directory);
        return fake_manager_stop(state);
}

static void check_change(const char *wanted)
{
        _cleanup_free_ char *text = NULL;

        assert_int_equal(reload_find_change(fake_bus, root, &text), 1);
        assert_string_equal(text, wanted);
}

static void test_as_read(void **state)
{
        char *text;

        reload();
        assert_int_equal(reload_find_change(fake_bus, root, &text), 0);
}

static void test_changed(void **state)
{
        reload();
        write_conf("[another]\n");
        check_change("/" CONF " has changed");
}

static void test_new_and_gone(void **state)
{
        reload();
        assert_int_equal(unlinkat(root, CONF, 0), 0);
        check_change("/" CONF " is not there any more, or hidden by another");
        write_conf("[a]\n");
        fake_unit(UNIT, "active")->command = "/usr/libexec/check";
        check_change("/" CONF " is new");
}

static void test_cannot_be_told(void **state)
{
        char *text;

        assert_int_equal(reload_find_change(NULL, root, &text), -ENOTCONN);
        assert_int_equal(reload_find_change(fake_bus, root, &text), -ENOENT); /* no such unit */
        fake_unit(UNIT, "active")->command = "/usr/libexec/check --read=nonsense";
        assert_int_equal(reload_find_change(fake_bus, root, &text), -EINVAL);
}

#define with_manager(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                with_manager(test_as_read),
                with_manager(test_changed),
                with_manager(test_new_and_gone),
                with_manager(test_cannot_be_told),
        };

        return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}

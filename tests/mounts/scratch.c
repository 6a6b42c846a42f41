/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/mounts/scratch.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/log.h"

char scratch[] = "/tmp/fd-shmem-test-XXXXXX";

static bool usable;
static char log_text[8192];

static void sink(int level, const char *message, void *userdata)
{
        size_t length = strlen(log_text);

        snprintf(log_text + length, sizeof(log_text) - length, "%s\n", message);
}

int scratch_open(void **state)
{
        log_set_sink(sink, NULL);
        if (!mkdtemp(scratch))
                return -1;
        usable = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
                 mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
        return 0;
}

int scratch_close(void **state)
{
        while (usable && umount2(scratch, MNT_DETACH) == 0)
                ;
        return rmdir(scratch);
}

void scratch_needed(void)
{
        if (!usable) {
                print_message("not permitted to mount: run as root\n");
                skip();
        }
        while (umount2(scratch, MNT_DETACH) == 0)
                ;
        assert_int_equal(mount("tmpfs", scratch, "tmpfs", 0, "mode=755"), 0);
        (void) logged();
}

const char *in_scratch(const char *name)
{
        static char paths[8][4096];
        static unsigned next;
        char *path = paths[next++ % 8];

        snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
        return path;
}

bool exists(const char *path)
{
        return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

void make_directory(const char *path)
{
        assert_int_equal(mkdir(path, 0755), 0);
}

void make_file(const char *path)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

        assert_true(fd >= 0);
        close(fd);
}

void mount_tmpfs(const char *path)
{
        assert_int_equal(mount("none", path, "tmpfs", 0, NULL), 0);
}

const char *logged(void)
{
        static char last[sizeof(log_text)];

        memcpy(last, log_text, sizeof(last));
        log_text[0] = '\0';
        return last;
}

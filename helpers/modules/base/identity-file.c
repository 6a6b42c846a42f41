/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/identity-file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/words/unit-name.h"

static const char *keep_in = "/var/lib/fd-shmem";

void identity_keep_in(const char *directory)
{
        keep_in = directory;
}

static int open_directory(bool make)
{
        _cleanup_close_ int top = -1;
        int fd;

        if (make && mkdir(keep_in, 0755) < 0 && errno != EEXIST)
                return -errno;
        top = open(keep_in, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (top < 0)
                return -errno;
        if (make && mkdirat(top, "made", 0700) < 0 && errno != EEXIST)
                return -errno;
        fd = openat(top, "made", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

int identity_file_read(const char *path, char ret[static IDENTITY_TEXT_MAX])
{
        _cleanup_close_ int directory = -1, fd = -1;
        _cleanup_free_ char *name = NULL;
        ssize_t n;
        int r;

        r = unit_name_from_path(path, "", &name);
        if (r < 0)
                return r;
        directory = open_directory(false);
        if (directory < 0)
                return directory;
        fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        n = read(fd, ret, IDENTITY_TEXT_MAX - 1);
        if (n < 0)
                return -errno;
        ret[n] = '\0';
        return 0;
}

/* Either complete or missing, even after a power failure. */
static int write_file(int directory, const char *temporary, const char *text)
{
        _cleanup_close_ int fd = openat(
                directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
        ssize_t n;

        if (fd < 0)
                return -errno;
        n = write(fd, text, strlen(text));
        if (n < 0 || fsync(fd) < 0)
                return -errno;
        return (size_t) n == strlen(text) ? 0 : -ENOSPC;
}

int identity_file_write(const char *path, const char *text)
{
        _cleanup_free_ char *name = NULL, *temporary = NULL;
        _cleanup_close_ int directory = -1;
        int r;

        r = unit_name_from_path(path, "", &name);
        if (r < 0)
                return r;
        /* No escaped name begins with a dot. */
        if (asprintf(&temporary, ".%d", (int) getpid()) < 0) {
                temporary = NULL;
                return -ENOMEM;
        }
        directory = open_directory(true);
        if (directory < 0)
                return directory;
        r = write_file(directory, temporary, text);
        if (r >= 0 && renameat(directory, temporary, directory, name) < 0)
                r = -errno;
        if (r < 0)
                (void) unlinkat(directory, temporary, 0);
        return r;
}

void identity_file_remove(const char *path)
{
        _cleanup_free_ char *name = NULL;
        _cleanup_close_ int directory = -1;

        if (unit_name_from_path(path, "", &name) < 0)
                return;
        directory = open_directory(false);
        if (directory >= 0)
                (void) unlinkat(directory, name, 0);
}

bool identity_file_is_pointless(int fd)
{
        struct statfs fs;

        return fstatfs(fd, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "conf/keys/path.h"

/* -ENOTUNIQ means /dev/null. */
static int check_type(const struct stat *st)
{
        /* Documentation/admin-guide/devices.txt */
        if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3))
                return -ENOTUNIQ;
        if (S_ISDIR(st->st_mode))
                return -EISDIR;
        return S_ISREG(st->st_mode) ? 0 : -EBADF;
}

static struct file_stamp stamp_of(const struct stat *st)
{
        return (struct file_stamp){
                .size = (uint64_t) st->st_size,
                .seconds = st->st_mtim.tv_sec,
                .nanoseconds = st->st_mtim.tv_nsec,
        };
}

/* Opens a regular file and nothing else: opening other files could have side effects. */
static int open_regular(int dir_fd, const char *path, int flags, struct file_stamp *ret_stamp)
{
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        if (fstatat(dir_fd, path, &st, flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0) < 0)
                return -errno;
        r = check_type(&st);
        if (r < 0)
                return r;

        fd = openat(dir_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        r = check_type(&st);
        if (r < 0)
                return r;

        *ret_stamp = stamp_of(&st);
        return TAKE_FD(fd);
}

static int open_below(int root_fd, const char *path, struct file_stamp *ret_stamp)
{
        _cleanup_free_ char *canonical = NULL;
        int r;

        if (path[0] != '/')
                return open_regular(AT_FDCWD, path, 0, ret_stamp);

        r = path_canonicalize(root_fd, path, &canonical);
        if (r < 0)
                return r;
        if (strcmp(canonical, "/dev/null") == 0)
                return -ENOTUNIQ; /* the root need not have devices */

        return open_regular(root_fd, canonical[1] ? canonical + 1 : ".", O_NOFOLLOW, ret_stamp);
}

int file_read(int root_fd, const char *path, char **ret, size_t *ret_size,
              struct file_stamp *ret_stamp)
{
        struct file_stamp stamp;
        _cleanup_close_ int fd = open_below(root_fd, path, &stamp);
        int r;

        if (fd == -ENOTUNIQ)
                return 0;
        if (fd < 0)
                return fd;

        *ret_stamp = stamp;
        r = io_read_fd(fd, ret, ret_size);
        return r < 0 ? r : 1;
}

int file_stat(int root_fd, const char *path, struct file_stamp *ret)
{
        struct file_stamp stamp;
        _cleanup_close_ int fd = open_below(root_fd, path, &stamp);

        if (fd < 0)
                return fd == -ENOTUNIQ ? 0 : fd;

        *ret = stamp;
        return 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/sysfs.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"

#define FILE_SIZE_MAX ((size_t) 16 * 1024 * 1024)

/* Reads FD to its end into a buffer that grows; kernel files have no size to be asked for. */
static int read_whole(int fd, char **ret, size_t *ret_size)
{
        _cleanup_free_ char *text = NULL;
        size_t size = 0, room = 0;
        ssize_t n;

        do {
                if (room - size < 2) {
                        char *bigger;

                        room = room ? 2 * room : 4096;
                        if (room > 2 * FILE_SIZE_MAX)
                                return -EFBIG;
                        bigger = realloc(text, room);
                        if (!bigger)
                                return -ENOMEM;
                        text = bigger;
                }

                n = read(fd, text + size, room - size - 1);
                if (n < 0 && errno != EINTR)
                        return -errno;
                if (n > 0)
                        size += (size_t) n;
                if (size > FILE_SIZE_MAX)
                        return -EFBIG;
        } while (n != 0);

        text[size] = '\0';
        *ret = TAKE_PTR(text);
        if (ret_size)
                *ret_size = size;
        return 0;
}

int sysfs_read(int dirfd, const char *path, char **ret, size_t *ret_size)
{
        _cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;

        return read_whole(fd, ret, ret_size);
}

int sysfs_read_u64(int dirfd, const char *path, uint64_t *ret)
{
        _cleanup_free_ char *text = NULL;
        unsigned long long value;
        char *end;
        int r;

        r = sysfs_read(dirfd, path, &text, NULL);
        if (r < 0)
                return r;

        if (text[0] < '0' || text[0] > '9')
                return -EBADMSG;
        errno = 0;
        value = strtoull(text, &end, 10);
        if (errno != 0 || strspn(end, "\n") != strlen(end))
                return -EBADMSG;

        *ret = value;
        return 0;
}

int sysfs_write(int dirfd, const char *path, const char *text)
{
        /* O_TRUNC means nothing to the kernel's files, and makes a plain file of a test hold what was
         * written, no more. */
        _cleanup_close_ int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC | O_TRUNC);
        size_t size = strlen(text);
        ssize_t n;

        if (fd < 0)
                return -errno;

        n = write(fd, text, size);
        if (n < 0)
                return -errno;

        return (size_t) n == size ? 0 : -EIO;
}

int sysfs_write_u64(int dirfd, const char *path, uint64_t value)
{
        char text[32];

        snprintf(text, sizeof(text), "%" PRIu64 "\n", value);
        return sysfs_write(dirfd, path, text);
}

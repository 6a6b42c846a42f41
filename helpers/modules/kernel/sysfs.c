/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/kernel/sysfs.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/io.h"

int sysfs_read(int dirfd, const char *path, char **ret, size_t *ret_size)
{
        return io_read_file(dirfd, path, ret, ret_size);
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
        /* O_TRUNC has no effect on the kernel's files; in tests, it makes plain files contain only the
         * text written. */
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"

#define STEP ((size_t) 4096)

int io_read_fd(int fd, char **ret, size_t *ret_size)
{
        _cleanup_free_ char *text = NULL;
        size_t size = 0, room = 0;
        ssize_t n;

        do {
                if (room - size < 2) {
                        char *bigger;

                        room = room ? 2 * room : STEP;
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
                if (size > IO_FILE_MAX)
                        return -EFBIG;
        } while (n != 0);

        text[size] = '\0';
        *ret = TAKE_PTR(text);
        if (ret_size)
                *ret_size = size;
        return 0;
}

int io_read_file(int dirfd, const char *path, char **ret, size_t *ret_size)
{
        _cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;

        return io_read_fd(fd, ret, ret_size);
}

int io_open_directory(int dirfd, const char *path, int flags, DIR **ret)
{
        _cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
        DIR *directory;

        if (fd < 0)
                return -errno;
        directory = fdopendir(fd);
        if (!directory)
                return -errno;

        TAKE_FD(fd);
        *ret = directory;
        return 0;
}

struct dirent *io_next_entry(DIR *directory)
{
        struct dirent *entry;

        do {
                errno = 0;
                entry = readdir(directory);
        } while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));

        return entry;
}

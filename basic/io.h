/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files read whole, and directories opened for reading. */

#include <dirent.h>
#include <stddef.h>

/* The largest file that is read whole, in bytes. */
#define IO_FILE_MAX ((size_t) 16 * 1024 * 1024)

/* Reads FD to its end; files of the kernel have no size to ask for. *RET is NUL-terminated, and freed
 * by the caller; RET_SIZE (bytes without the NUL) may be NULL. -EFBIG: more than IO_FILE_MAX. */
int io_read_fd(int fd, char **ret, size_t *ret_size);

/* The same with the file PATH below DIRFD, as openat(2) takes them. */
int io_read_file(int dirfd, const char *path, char **ret, size_t *ret_size);

/* Opens the directory PATH below DIRFD for reading; FLAGS may add O_NOFOLLOW and the like. To be
 * closed by closedir(3). */
int io_open_directory(int dirfd, const char *path, int flags, DIR **ret);

/* The directory's next entry that is neither "." nor ".."; NULL at its end, and where it cannot be read
 * any further (errno is set then, and 0 at the end). */
struct dirent *io_next_entry(DIR *directory);

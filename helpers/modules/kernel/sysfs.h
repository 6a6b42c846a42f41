/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Small files of the kernel, read and written whole, relative to a directory descriptor. */

#include <stddef.h>
#include <stdint.h>

/* Reads the file PATH below DIRFD whole; *RET is NUL-terminated, the caller frees it. Files of up to
 * 16 MiB (-EFBIG). RET_SIZE (bytes without the NUL) may be NULL. */
int sysfs_read(int dirfd, const char *path, char **ret, size_t *ret_size);

/* Reads a file that holds one decimal number. -EBADMSG if it holds something else. */
int sysfs_read_u64(int dirfd, const char *path, uint64_t *ret);

/* Writes TEXT in one write(2); a short write is -EIO. Success does not mean that the value took effect. */
int sysfs_write(int dirfd, const char *path, const char *text);
int sysfs_write_u64(int dirfd, const char *path, uint64_t value);

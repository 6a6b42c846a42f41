/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Directories that a user may own, handled by root: everything by descriptors, no link followed, no
 * mount crossed. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Opens the directory at the absolute canonical PATH without following any symbolic link
 * (openat2(2), RESOLVE_NO_SYMLINKS). -ELOOP: a link stands in it. Returns the descriptor. */
int directory_open(const char *path);

/* What tells one mount from another, and one file system object from another. */
struct directory_id {
        uint64_t mount_id;
        dev_t device;
        ino_t inode;
};
int directory_identify(int fd, struct directory_id *ret);

/* Removes everything in the directory FD, and nothing beyond: links are removed, not followed;
 * directories with something mounted on them are left and reported with -EBUSY, the rest goes.
 * Depth is bounded by nothing but memory. */
int directory_empty(int fd);

/* Whether it has no entries. Negative errno on failure. */
int directory_is_empty(int fd);

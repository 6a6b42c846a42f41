/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Directories that a user may own, handled by root: everything by descriptors, no link followed, no
 * mount crossed. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Opens the directory at the absolute canonical PATH without following any symbolic link.
 * -ELOOP: it contains a link. Returns the descriptor. */
int directory_open(const char *path);

/* The same for the parent directory of PATH; *RET_NAME is set to PATH's last component (inside PATH).
 * -EINVAL for "/". */
int directory_open_parent(const char *path, const char **ret_name);

/* The same for the directory NAME in the directory FD; -EXDEV if it would lead elsewhere. */
int directory_open_at(int fd, const char *name);

/* Identifies a mount, and a file system object. */
struct directory_id {
        uint64_t mount_id;
        dev_t device;
        ino_t inode;
};
int directory_identify(int fd, struct directory_id *ret);

/* Closes the directory to everybody but root: owner root, mode 0700. Does not write if that is already
 * so. */
int directory_seal(int fd);

/* Whether it is root's. */
bool directory_is_roots(int fd);

/* Removes everything in the directory FD, and nothing outside: links are removed, not followed; every
 * directory is closed (directory_seal()) before it is emptied, so that nobody adds to it meanwhile.
 * Entries with something mounted on them are left, together with the closed directories above them, and
 * reported with -EBUSY; the rest is removed. Entries directly in FD whose names are in KEEP (NULL-ended,
 * may be NULL) stay. Depth is limited only by memory. If FD itself is not closed, a user who moves
 * directories in it can make this fail (-EAGAIN, -ENOTEMPTY), but cannot make it leave the tree. */
int directory_empty(int fd, const char *const *keep);

/* Whether it has no entries but those in KEEP (may be NULL); if not, *RET_NAME (may be NULL) names
 * one, the caller frees it. Negative errno on failure. */
int directory_is_empty(int fd, const char *const *keep, char **ret_name);

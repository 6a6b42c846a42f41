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

/* The same for the directory that PATH is in; *RET_NAME is set to PATH's last component (inside
 * PATH). -EINVAL for "/". */
int directory_open_parent(const char *path, const char **ret_name);

/* The same for the directory NAME in the directory FD; -EXDEV if it would lead elsewhere. */
int directory_open_at(int fd, const char *name);

/* What tells one mount from another, and one file system object from another. */
struct directory_id {
        uint64_t mount_id;
        dev_t device;
        ino_t inode;
};
int directory_identify(int fd, struct directory_id *ret);

/* Closes the directory to everybody but root: owner root, mode 0700. What is already so is not
 * written to. */
int directory_seal(int fd);

/* Whether it is root's. */
bool directory_is_roots(int fd);

/* Removes everything in the directory FD, and nothing beyond: links are removed, not followed; every
 * directory is closed (directory_seal()) before it is emptied, so that nobody adds to it meanwhile.
 * Whatever has something mounted on it is left, closed directories and all, and reported with -EBUSY;
 * the rest goes. Entries directly in FD whose names are in KEEP (NULL-ended, may be NULL) stay. Depth
 * is bounded by nothing but memory. If FD itself is not closed, somebody who moves directories about in
 * it can make it fail (-EAGAIN, -ENOTEMPTY), and never makes it leave the tree. */
int directory_empty(int fd, const char *const *keep);

/* Whether it has no entries but those in KEEP (may be NULL); if not, *RET_NAME (may be NULL) names
 * one, the caller frees it. Negative errno on failure. */
int directory_is_empty(int fd, const char *const *keep, char **ret_name);

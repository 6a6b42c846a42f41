/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories that we make are marked, so that a later boot, which finds them on disk without a
 * ledger, recognizes them: with the attribute trusted.fd-shmem, which nobody but root can write
 * (xattr(7)). It names the directory's own inode and time of birth, so a copy of the directory, including
 * attributes, is not accepted. Where a file system does not support such attributes, a file in
 * /var/lib/fd-shmem/made has the same text. */

#include <stdbool.h>
#include <sys/types.h>

#include "helpers/modules/ledger/ledger.h"

enum identity_role {
        IDENTITY_NONE,
        IDENTITY_BASE,        /* a base directory that we made */
        IDENTITY_EXISTING,    /* one that was there, empty, when we first used it */
        IDENTITY_USED,        /* the same, returned to its owner, no longer empty */
        IDENTITY_PARENT,      /* made on the way to a base directory */
        IDENTITY_MOUNT_POINT, /* made in a base directory */
};

struct identity_mark {
        enum identity_role role;
        /* IDENTITY_EXISTING: owner and mode to restore when the domain stops. */
        uid_t uid;
        gid_t gid;
        mode_t mode;
};

int identity_read(int fd, struct ledger_identity *ret);
bool identity_equal(const struct ledger_identity *a, const struct ledger_identity *b);

/* Marks the directory FD, which is at PATH. A directory that cannot be marked works until the next boot:
 * this is logged as a warning, not a failure. Does not write if the directory already has the same mark. */
void identity_mark(int fd, const char *path, const struct identity_mark *mark);

/* Reads the mark of FD at PATH. A mark that names another directory is ignored. Without a mark, the role
 * is IDENTITY_NONE and the result says why: -ENODATA: there is none; otherwise FD's file system has no
 * attributes, and the mark in /var/lib/fd-shmem cannot be read, or was never written (-ENOENT). */
int identity_find(int fd, const char *path, struct identity_mark *ret);

/* Removes the mark; FD is -1 if the directory no longer exists. */
void identity_forget(int fd, const char *path);

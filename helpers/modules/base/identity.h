/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories that we make are marked, so that a later boot, which finds them on disk and no ledger,
 * knows them again: by the attribute trusted.fd-shmem, which nobody but root can write (xattr(7)). It
 * names the directory's own inode and time of birth, so that a copy of it, attributes and all, proves
 * nothing. Where a file system has no such attributes, a file in /var/lib/fd-shmem/made has the same
 * text. */

#include <stdbool.h>
#include <sys/types.h>

#include "helpers/modules/ledger/ledger.h"

enum identity_role {
        IDENTITY_NONE,
        IDENTITY_BASE,        /* a base directory that we made */
        IDENTITY_EXISTING,    /* one that was there, empty, when we first used it */
        IDENTITY_USED,        /* the same, given back to its owner, not empty any more */
        IDENTITY_PARENT,      /* made on the way to a base directory */
        IDENTITY_MOUNT_POINT, /* made in a base directory */
};

struct identity_mark {
        enum identity_role role;
        /* IDENTITY_EXISTING: what it gets back when the domain stops. */
        uid_t uid;
        gid_t gid;
        mode_t mode;
};

int identity_read(int fd, struct ledger_identity *ret);
bool identity_equal(const struct ledger_identity *a, const struct ledger_identity *b);

/* Marks the directory FD, which is at PATH. What cannot be marked works until the next boot: that is
 * warned about and not a failure. One that has the same mark already is not written to. */
void identity_mark(int fd, const char *path, const struct identity_mark *mark);

/* Reads the mark of FD at PATH. A mark that names another directory is none. Without one, the role is
 * IDENTITY_NONE and the result says why: -ENODATA: it has none; else there might be one in
 * /var/lib/fd-shmem that cannot be read, or was never written (-ENOENT), and FD's file system has no
 * attributes. */
int identity_find(int fd, const char *path, struct identity_mark *ret);

/* Takes the mark away; FD is -1 if the directory is gone. */
void identity_forget(int fd, const char *path);

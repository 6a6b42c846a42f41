/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The identity of a mount, independent of its name and place. Device numbers are not enough: the kernel
 * assigns the lowest free one to the next mount. */

#include <stdbool.h>

#include "basic/words/page-type.h"
#include "helpers/modules/ledger/ledger.h"

/* Reads what is mounted at the directory FD. -EMEDIUMTYPE: it is neither tmpfs nor hugetlbfs. */
int mount_identity_of(int fd, struct ledger_mount_id *ret);

/* The same at the path NAME below DIRFD, if the mount there has the number MOUNT_ID (of mountinfo).
 * -ESTALE: it has a different number, because something else was mounted over it or moved there. */
int mount_identity_at(int dirfd, const char *name, int mount_id, struct ledger_mount_id *ret);

/* Whether anything is recorded, and whether two are the same file system. */
bool mount_identity_is_known(const struct ledger_mount_id *identity);
bool mount_identity_is_same(const struct ledger_mount_id *a, const struct ledger_mount_id *b);

/* Enters in DOMAIN the mounts in its base directory; mounts of other types are forgotten. The base
 * directory must be closed to all but root. Returns whether anything changed; errors are logged. */
int mount_identity_record(struct ledger_domain *domain, const bool mounts[N_PAGE_TYPES]);

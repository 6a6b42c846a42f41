/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a mount is, whatever it is called and wherever it was moved to. Device numbers do not tell: the
 * kernel gives the lowest free one to the next mount. */

#include <stdbool.h>

#include "basic/page-type.h"
#include "helpers/modules/ledger/ledger.h"

/* Reads what is mounted at the directory FD. -EMEDIUMTYPE: it is no tmpfs or hugetlbfs. */
int mount_identity_of(int fd, struct ledger_mount_id *ret);

/* The same at the path NAME below DIRFD, if the mount there has the number MOUNT_ID (of mountinfo).
 * -ESTALE: it has not, something else is mounted over it or was moved there. */
int mount_identity_at(int dirfd, const char *name, int mount_id, struct ledger_mount_id *ret);

/* Whether anything is recorded, and whether two are the same file system. */
bool mount_identity_is_known(const struct ledger_mount_id *identity);
bool mount_identity_is_same(const struct ledger_mount_id *a, const struct ledger_mount_id *b);

/* Enters in DOMAIN what is mounted in its base directory; mounts of other types are forgotten. The
 * base directory must be closed to all but root. Returns whether anything changed; errors are
 * logged. */
int mount_identity_record(struct ledger_domain *domain, const bool mounts[N_PAGE_TYPES]);

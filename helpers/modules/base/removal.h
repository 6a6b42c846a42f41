/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Removal of a domain's directories, after its mounts are gone. Every directory is opened and compared
 * with the record before it is changed: one that is not the recorded one is left unchanged (-ESTALE), and
 * so is one that cannot be reached safely (-ENOLINK). */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Closes the base directory to everybody but root. Succeeds if there is no such directory. If the record
 * has no identity, the directory is marked and its identity is recorded before the mount points, by which
 * it is recognized, are removed. Errors are logged. */
int removal_close_base(struct ledger_domain *domain);

/* Removes one mount point of the domain, on which nothing is mounted in this mount namespace any more:
 * this also detaches mounts on it in other mount namespaces (detach_mounts() of the kernel). In a base
 * directory that we made, anything that the owner put in its place is removed, too; in one that existed
 * before, it is removed only if it is empty and owned by root. Succeeds if there is none. -EBUSY:
 * something is mounted on it, or below it. Errors are logged. */
int removal_drop_mount_point(const struct ledger_domain *domain, enum page_type type);

/* Removes the base directory with everything that its owner put there, and the parents that we made;
 * links are not followed, mounts are not crossed. If the directory existed before, only our mount points
 * are removed, and its owner and mode are restored. If others have mounted something at a mount point
 * that the domain does not use, that mount point and the directory stay, with a warning, and this is not
 * a failure. If anything else is mounted in it, the rest is removed, and the result is -EBUSY: *RET_MOUNT
 * (otherwise NULL) names one such mount, escaped; the caller frees it. Only this error is not logged. Can
 * be repeated after dying at any moment. */
int removal_run(const struct ledger_domain *domain, char **ret_mount);

/* Whether removal_run() was not permitted to restore the full mode of a directory that existed before. */
bool removal_lacks_mode(const struct ledger_domain *domain);

/* Restores it, if the caller is permitted to. Errors are logged. */
int removal_restore_mode(const struct ledger_domain *domain);

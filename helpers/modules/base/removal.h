/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of a domain's directories, after its mounts are gone. Everything is compared with the record,
 * on a descriptor, before it is touched: a directory that is not the one recorded is left as it is
 * (-ESTALE), and so is what cannot be reached safely (-ENOLINK). */

#include <stdbool.h>

#include "helpers/modules/ledger/ledger.h"

/* Closes the base directory to everybody but root. No such directory is fine. A record that has no
 * identity gets that of the directory, which is marked, before the mount points go, by which it is known.
 * Errors are logged. */
int removal_close_base(struct ledger_domain *domain);

/* Removes one mount point of the domain, nothing being mounted on it here any more: that takes whatever
 * other mount namespaces have mounted on it away from them too (detach_mounts() of the kernel). In a base
 * directory of ours with whatever the owner put in its place; in one that existed before, only what is
 * root's and empty. None is fine. -EBUSY: something is mounted on it, or below it. Errors are logged. */
int removal_drop_mount_point(const struct ledger_domain *domain, enum page_type type);

/* Removes the base directory with all that its owner put there, and the parents that we made; links are
 * not followed, mounts are not crossed. One that existed before us loses our mount points, gets back its
 * owner and mode, and keeps everything else. A mount point that is not the domain's, in whose place
 * others have mounted something, stays, and with it the directory, which is warned about and no failure.
 * If anything else is mounted in it, the rest is removed, and the result is -EBUSY: *RET_MOUNT (NULL if
 * not) names one, escaped; the caller frees it, and that alone is not logged. Can be repeated after dying
 * at any moment. */
int removal_run(const struct ledger_domain *domain, char **ret_mount);

/* Whether removal_run() was not allowed to give back the whole mode of a directory that existed before. */
bool removal_lacks_mode(const struct ledger_domain *domain);

/* Gives it back, for who is allowed to. Errors are logged. */
int removal_restore_mode(const struct ledger_domain *domain);

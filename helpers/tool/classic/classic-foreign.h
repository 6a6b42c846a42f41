/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain at FD_SHMEM_PATH that is neither in the ledger nor in the configuration: it was made by
 * the replaced script, or by a client for itself. "fini" takes down only the domain at exactly that
 * path, and only if it cannot be mistaken for anything else. */

#include "helpers/tool/classic/classic.h"

/* Looks at the path, and touches nothing. Returns 1 and the record that the ledger would have of it, if
 *   - everything mounted below the path is a tmpfs at .normal, or a hugetlbfs with the page size of
 *     .huge or .gigantic at the mount point of that name, and mount points without a mount are empty;
 *   - the rest of the directory, if there is any, is plain files of the one user, not root, who owns
 *     the directory and all the mounts, of which one at least is a hugetlbfs;
 *   - no declared domain lies at, in or around the path.
 * Returns 0 if it is anything else, or nothing at all; negative errno, logged. */
int classic_find_foreign(const struct tool *tool, const struct classic *classic,
                         struct ledger_domain *ret);

/* Whether the record has mounts, and not only mount points. Errors are logged. */
int classic_is_any_mounted(const struct tool *tool, const struct ledger_domain *domain);

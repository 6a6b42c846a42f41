/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of a domain's directories, after its mounts are gone. */

#include "helpers/modules/ledger/ledger.h"

/* Closes the base directory to everybody but root. No such directory is fine. Errors are logged. */
int removal_close_base(const struct ledger_domain *domain);

/* Removes one mount point of the domain, with whatever the owner put in it. */
int removal_drop_mount_point(const struct ledger_domain *domain, enum page_type type);

/* Empties the base directory, including what its owner put there: links are not followed, mounts are
 * not crossed. Then removes it and the parents that we made, or, if it existed before us, gives it
 * back its owner and mode. What others have mounted in it stays, and the base with it, which is
 * warned about and no failure. A directory that is not empty and holds none of our mount points is
 * not ours, whatever the ledger says (something may have been mounted over it): -ENOTEMPTY. Errors
 * are logged. Can be repeated after dying at any moment. */
int removal_run(const struct ledger_domain *domain);

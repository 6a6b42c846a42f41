/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps that init and fini share. The ledger's leftover mark is set from the first change to
 * the last, so that the next command after a killed init or fini knows that it has to finish the
 * job. */

#include "helpers/modules/ledger/ledger.h"
#include "helpers/tool/classic/classic.h"

/* The domain's record; -ENOENT, unlogged: there is none. */
int classic_load(const struct tool *tool, const struct classic *classic, struct ledger_domain *ret);

/* A record of the remains in the directory of a domain made before the last boot; -ENOENT: it does
 * not exist. Any other content is refused, logged. */
int classic_find_remains(const struct tool *tool, const struct classic *classic,
                         struct ledger_domain *ret);

/* Whether all mounts of the record are there. Negative errno, logged. */
int classic_is_mounted(const struct tool *tool, const struct ledger_domain *domain);

/* Logs a warning for each holder of each mount. -EBUSY, logged: a mount is in use, so
 * classic_remove() would refuse. */
int classic_check_holders(const struct tool *tool, const struct ledger_domain *domain);

/* Prints "VERB /mnt/.fd, with mounts .normal .huge", for a dry run. */
void classic_print_preview(const struct tool *tool, const char *verb,
                           const struct ledger_domain *domain);

/* Unmounts, removes the directories and the record. -EBUSY, logged with the holders: a mount is in
 * use; then nothing is changed, unless the holder appeared during the removal. */
int classic_remove(const struct tool *tool, struct ledger_domain *domain);

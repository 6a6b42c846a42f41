/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain's base directory and its mount points, before anything is mounted: deciding whether they
 * may be ours, and making them. All of it is closed to everybody but root. */

#include <stdbool.h>

#include "helpers/modules/base/base-request.h"
#include "helpers/modules/ledger/ledger.h"

struct mount_table;

/* Decides about a base directory of which the ledger knows nothing, and enters in RET what there is
 * and what is to be made. Touches nothing. Refuses, with a logged reason: a path that somebody but root
 * could lead elsewhere, or through a symbolic link, something that is no directory, a directory with
 * others' content, mount points that others mounted, a read-only file system (-EROFS). A directory that
 * has our mark was made before a reboot and is taken over as made by us. */
int base_record_new(const struct base_request *request, const struct mount_table *table,
                    struct ledger_domain *ret);

/* The same for a domain that is up and whose record somebody has removed: REQUEST says what it was made of.
 * The base directory has to bear our mark (else -ESTALE), and what is mounted at its mount points has to
 * be what we mount there; it counts as ours. -ENOENT (not logged): there is no such directory. */
int base_record_restore(const struct base_request *request, const struct mount_table *table,
                        struct ledger_domain *ret);

/* The same for a base directory that the ledger has at the same path: what is still mounted of ours
 * is adopted as it is, the rest is brought up to date in RECORD. -ESTALE: another directory is in its
 * place. */
int base_record_renew(const struct base_request *request, const struct mount_table *table,
                      struct ledger_domain *record);

/* Makes what RECORD says, which the ledger already has: parents (0755), base and mount points (root,
 * 0700), all of them marked (identity.h). The base's identity is entered in RECORD and stored as soon as
 * it is made. AGAIN says that the record is of an earlier run, which may have died in here, so that what
 * was missing then may be there: without, that is an error (-EEXIST). Can be repeated. Mount points with
 * something mounted on them are left as they are. Errors are logged. */
int base_make(const struct machine *machine, struct ledger_domain *record,
              const struct mount_table *table, bool again);

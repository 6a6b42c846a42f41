/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A domain's base directory and its mount points, before anything is mounted: checks whether we may use
 * them, and makes them. Only root can access them. */

#include <stdbool.h>

#include "helpers/modules/base/base-request.h"
#include "helpers/modules/ledger/ledger.h"

struct mount_table;

/* Checks a base directory that is not in the ledger, and enters in RET what exists and what must be made.
 * Changes nothing. Refuses, with a logged reason: a path that a user other than root could redirect or
 * that leads through a symbolic link, something that is not a directory, a directory with others'
 * content, mount points on which others have mounted something, a read-only file system (-EROFS). A
 * directory that has our mark was made before a reboot and is taken over as made by us. */
int base_record_new(const struct base_request *request, const struct mount_table *table,
                    struct ledger_domain *ret);

/* The same for a domain that is up and whose record was removed: REQUEST describes how it was made. The
 * base directory must have our mark (else -ESTALE), and the mounts at its mount points must be of the
 * kind that we mount there; they count as ours. -ENOENT (not logged): there is no such directory. */
int base_record_restore(const struct base_request *request, const struct mount_table *table,
                        struct ledger_domain *ret);

/* The same for a base directory that is in the ledger with the same path: our existing mounts are adopted
 * unchanged, the rest of RECORD is brought up to date. -ESTALE: another directory is in its place. */
int base_record_renew(const struct base_request *request, const struct mount_table *table,
                      struct ledger_domain *record);

/* Makes the directories in RECORD, which is already in the ledger: parents (0755), base and mount points
 * (root, 0700), all of them marked (identity.h). The base's identity is entered in RECORD and stored as
 * soon as it is made. AGAIN: the record is from an earlier run, which may have died in this function, so
 * directories that were missing then may exist now; otherwise, that is an error (-EEXIST). Can be
 * repeated. Mount points with something mounted on them are left unchanged. Errors are logged. */
int base_make(const struct machine *machine, struct ledger_domain *record,
              const struct mount_table *table, bool again);

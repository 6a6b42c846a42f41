/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Kernel settings changed for the moment, and put back whatever happens: the ledger has the old
 * value before the new one is written (setting/TYPE, one line per setting). Settings are files
 * that hold one number.
 *
 * A change belongs to the page type whose lock the caller holds. Two helpers, one of each type,
 * may change the same setting to the same value; it goes back when both have put it back. A
 * helper that died leaves its line, and the next one that takes the lock of its type puts the
 * value back (holdings_load() does so). */

#include <stdint.h>

#include "basic/page-type.h"
#include "helpers/modules/kernel/machine.h"

enum settings_root { SETTINGS_SYSFS, SETTINGS_PROCFS };

/* Gives the file PATH ("sys/vm/...", below ROOT) VALUE until settings_restore(); may be called
 * again with another value. Negative: nothing was changed, go on without. -ENOENT, -EACCES,
 * -EROFS: the kernel has no such setting or does not let us; -EBUSY: the helper of the other
 * type has it at another value. Logged at debug level, but for errors of the ledger. */
int settings_set(const struct machine *machine, enum page_type owner, enum settings_root root,
                 const char *path, uint64_t value);

/* Puts back the setting PATH, if OWNER has changed it. A value that is not what we wrote is
 * somebody else's and stays. Failures are logged; the line stays then, for the next helper. */
int settings_restore_one(const struct machine *machine, enum page_type owner,
                         enum settings_root root, const char *path);

/* The same for all that OWNER has changed. Costs nothing if there is nothing. */
int settings_restore(const struct machine *machine, enum page_type owner);

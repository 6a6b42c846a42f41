/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Kernel settings that are changed temporarily, and always restored: the old value is in the ledger
 * before the new one is written (setting/SIZE, one line per setting). Settings are files that hold one
 * number.
 *
 * A change belongs to the page size whose lock the caller holds. Two helpers, of two sizes, may
 * change the same setting to the same value; it is restored when both have released it. A helper that
 * died leaves its line, and the next one that takes the lock of its pool restores the value (in
 * holdings_load()). */

#include <stdint.h>

#include "basic/words/page-size.h"
#include "helpers/modules/kernel/machine.h"

enum settings_root { SETTINGS_SYSFS, SETTINGS_PROCFS };

/* Gives the file PATH ("sys/vm/...", below ROOT) VALUE until settings_restore(); may be called again with
 * another value. Negative: nothing was changed, continue without it. -ENOENT, -EACCES, -EROFS: the kernel
 * does not have the setting, or does not permit the change; -EBUSY: the helper of another size has it
 * at another value. Logged at debug level, but for errors of the ledger. */
int settings_set(const struct machine *machine, struct page_size owner, enum settings_root root,
                 const char *path, uint64_t value);

/* Restores the setting PATH, if OWNER has changed it. A value other than the one that we wrote was set by
 * somebody else and is kept. Failures are logged; the line is then kept for the next helper. */
int settings_restore_one(const struct machine *machine, struct page_size owner,
                         enum settings_root root, const char *path);

/* The same for all that OWNER has changed. Costs nothing if there is nothing. */
int settings_restore(const struct machine *machine, struct page_size owner);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which boot this is: the kernel makes up a number at each (random(4), boot_id). What the ledger says
 * of pools and mounts is true in the boot that it was written in, and in no other. */

#include "helpers/modules/kernel/machine.h"

#define BOOT_ID_PATH "sys/kernel/random/boot_id"
#define BOOT_ID_SIZE 37 /* "6c2d4b7a-...", as a string */

/* Asks the kernel once in the life of the process. -EBADMSG: that is no number of a boot. */
int boot_id_read(const struct machine *machine, char ret[BOOT_ID_SIZE]);

/* For tests, which see several boots. */
void boot_id_forget(void);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The identity of the current boot: the kernel generates a number at each boot (random(4), boot_id). The
 * ledger's records of pools and mounts are valid only in the boot in which they were written. */

#include "helpers/modules/kernel/machine.h"

#define BOOT_ID_PATH "sys/kernel/random/boot_id"
#define BOOT_ID_SIZE 37 /* "6c2d4b7a-...", as a string */

/* Asks the kernel once per process. -EBADMSG: the file does not contain a boot ID. */
int boot_id_read(const struct machine *machine, char ret[BOOT_ID_SIZE]);

/* For tests, which simulate several boots. */
void boot_id_forget(void);

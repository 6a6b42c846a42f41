/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Memory of removed files that are kept alive by the processes that have them open or mapped. */

#include <stdint.h>

#include "helpers/modules/holders/holders.h"

/* The size in bytes of the removed files of the file system DEVICE that the HOLDERS hold; a file with
 * several holders counts once. Processes that end meanwhile are not an error. */
int pinned_bytes(int procfs, dev_t device, const struct holder_list *holders, uint64_t *ret);

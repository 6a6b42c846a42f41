/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Memory of files that have no name any more, and that whoever has them open or mapped keeps alive. */

#include <stdint.h>

#include "helpers/modules/holders/holders.h"

/* How many bytes the removed files of the file system DEVICE have that the HOLDERS hold; a file that
 * several hold counts once. Processes that end while we look are no error. */
int pinned_bytes(int procfs, dev_t device, const struct holder_list *holders, uint64_t *ret);

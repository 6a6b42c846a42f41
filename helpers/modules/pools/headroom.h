/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What must stay free on a node for everything else. Asked for far more than there is, the kernel
 * takes nearly everything, and the machine starves: so this is looked at before a pool is touched.
 * Pure functions; bytes unless said otherwise. */

#include <stdint.h>

#include "basic/amount.h"
#include "helpers/modules/pools/numa.h"

/* The headroom of a node of TOTAL bytes if nothing is configured: 64 MiB and a 64th of the memory, at
 * most 1 GiB. What a system needs to log in and to start services hardly depends on its size; what
 * its kernel needs for more processes, files and connections does, up to a point. Beyond it, the
 * running programs keep their text (numa.h, file_clean) and the kernel its watermarks. */
uint64_t headroom_default(uint64_t total);

/* The headroom that CONFIGURED (a size or a percentage) means on a node of TOTAL bytes; NULL is the
 * default. */
uint64_t headroom_bytes(const struct amount *configured, uint64_t total);

/* What a reservation could take: free memory and what the kernel can free without writing anything
 * out (clean page cache, reclaimable slab), less the zones' watermarks. */
uint64_t headroom_available(const struct node_memory *memory);

/* How many pages of PAGE_SIZE bytes can be added and leave HEADROOM. */
uint64_t headroom_fitting_pages(const struct node_memory *memory, uint64_t headroom,
                                uint64_t page_size);

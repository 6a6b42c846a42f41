/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The rungs against the kernel's own small objects: a single page of them spoils a block for good. */

#include "helpers/modules/grow/escalate-write.h"
#include "helpers/modules/grow/growth.h"

/* Gives back the pages that the slab allocator keeps though no object is in them. Nobody loses
 * anything by it. */
int escalate_shrink_slabs(struct growth *growth, struct escalate_work *work);

/* Drops directory entries and inodes, of all nodes, and what that leaves empty. */
int escalate_drop_slab(struct growth *growth, struct escalate_work *work);

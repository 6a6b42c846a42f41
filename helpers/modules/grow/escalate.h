/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What can be done when the kernel does not allocate a node's pages: from the mildest step on, and only
 * what can help. */

#include "helpers/modules/grow/escalate-internal.h"

/* Goes on with GROWTH until it has its pages or nothing more can be expected; getting fewer is no
 * error. Others are, and are logged. */
int escalate(struct growth *growth, struct escalate_work *work);

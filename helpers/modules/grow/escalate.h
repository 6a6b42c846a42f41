/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps to take when the kernel does not allocate a node's pages: the least disruptive first, and
 * only those that can help. */

#include "helpers/modules/grow/escalate-internal.h"

/* Continues GROWTH until it has its pages or no more can be expected; getting fewer pages is not an
 * error. Errors are logged. */
int escalate(struct growth *growth, struct escalate_work *work);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What can be done when a node's pages do not come, from the mildest on, and only what can help. */

#include "helpers/modules/grow/escalate-write.h"
#include "helpers/modules/grow/growth.h"

/* Goes on with GROWTH until it has its pages or nothing more can be expected; getting fewer is no
 * error. Others are: logged, unless they came from the policy. */
int escalate(struct growth *growth, struct escalate_work *work);

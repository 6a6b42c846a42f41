/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the configuration's [fd-shmem] section says about every reservation; people at a terminal
 * keep to it like the boot does. */

#include "basic/amount.h"
#include "helpers/modules/grow/grow.h"
#include "helpers/tool/common/tool.h"

struct policy {
        enum grow_defrag defrag;
        bool headroom_set;
        struct amount headroom;
};

/* Problems of the configuration are not this command's business: what is wrong in it counts as not
 * said. Errors are logged. */
int policy_load(const struct tool *tool, struct policy *ret);

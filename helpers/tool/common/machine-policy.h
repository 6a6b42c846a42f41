/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the configuration's [fd-shmem] section says about every reservation; people at a terminal
 * keep to it like the boot does. */

#include "basic/policy.h"
#include "helpers/tool/common/tool.h"

/* Problems of the configuration are not this command's business: what is wrong in it counts as not
 * said. Errors are logged. */
int policy_load(const struct tool *tool, struct machine_policy *ret);

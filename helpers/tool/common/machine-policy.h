/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The settings of the [fd-shmem] section that apply to every reservation, from the command line as
 * well as at boot. */

#include "basic/words/policy.h"
#include "helpers/tool/common/tool.h"

/* Problems in the configuration are ignored here: invalid settings count as not set. Errors are
 * logged. */
int policy_load(const struct tool *tool, struct machine_policy *ret);

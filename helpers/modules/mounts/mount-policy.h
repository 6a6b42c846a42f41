/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/modules/kernel/machine.h"

/* Whether all nodes of POLICY, "bind:0,2-3" of a tmpfs's mpol=, have memory: else the kernel refuses the
 * mount as one with a bad option (mm/mempolicy.c: mpol_parse_str). -EINVAL, and *RET_REASON says which, and
 * which nodes there are; the caller frees it. */
int mount_policy_check(const struct machine *machine, const char *policy, char **ret_reason);

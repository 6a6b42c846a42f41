/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The configuration for a verb that acts on it. */

#include "conf/model.h"
#include "helpers/tool/common/tool.h"

/* Reads it; every problem is logged with file and line. Sets *RET_ERRORS to whether a domain is bad,
 * which is left to the caller. Errors are logged. */
int configuration_load(const struct tool *tool, struct config *ret, bool *ret_errors);

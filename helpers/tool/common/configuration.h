/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The configuration for a verb that acts on it. */

#include "conf/keys/model.h"
#include "helpers/tool/common/tool.h"

/* Makes RET a copy of TOOL for the image below DIRECTORY (NULL: for this machine): its configuration is read, and
 * there is no ledger. Errors are logged. The caller ends it by configuration_close(). */
int configuration_open(const struct tool *tool, const char *directory, struct tool *ret);
void configuration_close(struct tool *image);

#define _cleanup_image_ _cleanup_(configuration_close)

/* Reads it; every problem is logged with file and line. Sets *RET_ERRORS to whether a domain is
 * bad; the caller decides how to react. Errors are logged. */
int configuration_load(const struct tool *tool, struct config *ret, bool *ret_errors);

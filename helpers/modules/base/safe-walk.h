/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "basic/path-trust.h"

/* Like directory_open(), but only through directories that only root can change: each is checked by its
 * descriptor before the next one is opened in it. Only root can influence where the path leads. -ENOLINK:
 * HAZARD says where it is unsafe. The caller releases HAZARD by path_hazard_done(). */
int safe_walk(const char *path, struct path_hazard *hazard);

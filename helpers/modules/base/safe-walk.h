/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "basic/path-trust.h"

/* As directory_open(), and only through directories that nobody but root can change: each is judged on
 * its descriptor before the next one is opened in it. Whoever is not root never gets to say where the
 * path leads. -ENOLINK: HAZARD says where it is unsafe. The caller
 * releases HAZARD by path_hazard_done(). */
int safe_walk(const char *path, struct path_hazard *hazard);

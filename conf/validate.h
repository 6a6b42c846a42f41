/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "conf/loader.h"

/* What can be judged only when everything has been read: the base directories below the root,
 * domains that mount nothing, domains in each other's way. Problems go where loader_problem() sends
 * them. -ENOMEM. */
int validate(struct loader *loader);

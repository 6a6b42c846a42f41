/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What several helpers take on their command lines. */

#include <stdbool.h>

#include "basic/page-type.h"

/* "normal,huge": sets RET of those types, clears it of the others; "" is none. -EINVAL. */
int page_types_parse(const char *text, bool ret[N_PAGE_TYPES]);

/* Whether NAME can be a domain's name: it becomes part of file and unit names, so that a slash or a
 * leading dot must not get in. */
bool domain_name_is_safe(const char *name);

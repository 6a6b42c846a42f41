/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The contents of a pool after alloc and free. */

#include <stdint.h>

#include "basic/words/page-type.h"
#include "helpers/tool/common/tool.h"

/* DOMAIN got COUNT pages of TYPE on NODE. The script counted the whole pool; here the pages of
 * others are left alone, so that the pool may have more pages than requested: logs that, and the
 * owners of the other pages, as a notice. */
int classic_say_pool(const struct tool *tool, const char *domain, enum page_type type,
                     unsigned node, uint64_t count);

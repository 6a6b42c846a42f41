/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is in a pool after alloc and free. */

#include <stdint.h>

#include "basic/page-type.h"
#include "helpers/tool/common/tool.h"

/* DOMAIN was given COUNT pages of TYPE on NODE. The script counted the whole pool; pages of others in
 * it are left alone here, so that more can be there than were asked for: says so, and whose they
 * are, as a notice. */
int classic_say_pool(const struct tool *tool, const char *domain, enum page_type type,
                     unsigned node, uint64_t count);

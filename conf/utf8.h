/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Whether the SIZE bytes at TEXT are well-formed UTF-8 (RFC 3629). systemd ignores lines of unit
 * files that are not. */
bool utf8_is_valid(const char *text, size_t size);

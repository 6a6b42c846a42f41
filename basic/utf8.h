/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* UTF-8 as RFC 3629 has it: shortest form, no surrogates, up to U+10FFFF. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character that the SIZE bytes at BYTES start with. Returns its length in bytes, or 0 if
 * they start with none. A byte that does not belong is the last one that is read: SIZE may be
 * SIZE_MAX for a string. */
size_t utf8_decode(const char *bytes, size_t size, uint32_t *ret);

/* Whether the SIZE bytes at TEXT are well-formed UTF-8. systemd ignores lines of unit files that are
 * not. */
bool utf8_is_valid(const char *text, size_t size);

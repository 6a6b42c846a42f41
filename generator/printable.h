/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A copy of TEXT that may stand in a unit file, whose lines systemd drops if they are no UTF-8: each
 * control character, and each byte that is part of no character, becomes "?". NULL if out of memory;
 * caller frees. */
char *printable(const char *text);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text of nodeN/meminfo and /proc/meminfo. */

#include <stdint.h>

/* Reads nodeN/meminfo; the caller frees. */
int meminfo_read(int sysfs, unsigned node, char **ret);

/* The number after KEY (given with its colon) in a meminfo text, in bytes; 0 if it is not there. */
uint64_t meminfo_value(const char *text, const char *key);

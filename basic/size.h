/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Units of size, in bytes. */

#include <stdint.h>

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

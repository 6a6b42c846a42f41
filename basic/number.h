/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Arithmetic of unsigned numbers. */

#include <stdint.h>

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
        return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
        return a > b ? a : b;
}

/* A - B, or 0 where B is greater. */
static inline uint64_t sub_u64(uint64_t a, uint64_t b)
{
        return a > b ? a - b : 0;
}

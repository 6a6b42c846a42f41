/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The monotonic clock, which cannot fail (clock_gettime(2)), and pauses. */

#include <stdint.h>
#include <time.h>

#define NSEC_PER_MSEC UINT64_C(1000000)
#define NSEC_PER_SEC  UINT64_C(1000000000)
#define USEC_PER_SEC  UINT64_C(1000000)

static inline uint64_t clock_nsec(void)
{
        struct timespec now = {};

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t) now.tv_sec * NSEC_PER_SEC + (uint64_t) now.tv_nsec;
}

static inline uint64_t clock_usec(void)
{
        return clock_nsec() / 1000;
}

/* Sleeps for NSEC, below a second; a signal ends it early. */
static inline void clock_pause(uint64_t nsec)
{
        (void) nanosleep(&(struct timespec){ .tv_nsec = (long) nsec }, NULL);
}

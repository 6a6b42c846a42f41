/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/* Used to detect whether a file was written since. */
struct file_stamp {
        uint64_t size;
        int64_t seconds; /* of the last modification */
        long nanoseconds;
};

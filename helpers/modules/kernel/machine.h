/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The kernel's interfaces and our state directory as directory descriptors: a test passes a fake tree, a
 * program the real one. No code below opens an absolute path. */

#include "basic/cleanup.h"

struct machine {
        int sysfs;  /* /sys */
        int procfs; /* /proc */
        int state;  /* /run/fd-shmem */
};

#define MACHINE_NULL                                   \
        {                                              \
                .sysfs = -1, .procfs = -1, .state = -1 \
        }

void machine_close(struct machine *machine);

#define _cleanup_machine_ _cleanup_(machine_close)

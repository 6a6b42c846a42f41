/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/modules/kernel/machine.h"

/* Opens /sys, /proc and /run/fd-shmem (0755, root's) below ROOT; "" is this machine. Negative errno,
 * logged. */
int machine_open(const char *root, struct machine *ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the generator runs, and whether anything is wanted there. */

#include <stdbool.h>

/* Whether units are to be written: not in an initrd; in a container only with fd_shmem=1 among the
 * arguments of its init; elsewhere unless the kernel command line below ROOT_FD has fd_shmem=0. */
bool environment_wants_units(int root_fd);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Detects when a file system is destroyed. Its mount may be gone from our mount table while the file
 * system, with its claim, still exists in another mount namespace or because of an open file. */

#include <stdbool.h>

/* Begins to watch the file system mounted at NAME in the directory DIRFD. This neither keeps it alive nor
 * makes unmounting it busy. Returns a descriptor, or negative errno (-EMFILE, -ENOSPC: the kernel has no
 * room for more watches). */
int mount_end_watch(int dirfd, const char *name);

/* Whether it has been destroyed; waits for that for at most MSEC. */
bool mount_end_has_come(int watch, int msec);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether a file system has come to its end. Its mount may be gone from our mount table, and the file
 * system with its claim live on, in another mount namespace or under an open file. */

#include <stdbool.h>

/* Begins to watch the file system mounted at NAME in the directory DIRFD. It is not kept by that, nor is
 * its unmounting made busy. Returns a descriptor, or negative errno (-EMFILE, -ENOSPC: the kernel has
 * no room for more watches). */
int mount_end_watch(int dirfd, const char *name);

/* Whether it has ended; waits for that for at most MSEC. */
bool mount_end_has_come(int watch, int msec);

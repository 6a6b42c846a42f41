/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Examines files that other processes have open. A stat(2) through /proc/PID/fd asks the server of the
 * file: one that does not answer (FUSE, NFS) would keep us in uninterruptible sleep indefinitely. All our
 * code that examines descriptors, mapped files, working and root directories of processes uses these
 * functions. */

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* The target of the link NAME in the directory DIRFD (/proc/PID, /proc/PID/fd, ...), using cached
 * attributes only: no server is asked, nothing is automounted. MASK as for statx(2); attributes may be
 * outdated. Negative errno. */
int look_at(int dirfd, const char *name, unsigned mask, struct statx *ret);

/* The device number in SX. */
dev_t look_device(const struct statx *sx);

/* Whether files of the file system type FSTYPE are looked up here, in this kernel: a path through another
 * one can block on its server. */
bool look_is_local(const char *fstype);

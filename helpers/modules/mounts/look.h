/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Looking at what others have open. A stat(2) through /proc/PID/fd asks the server of the file: one that
 * does not answer (FUSE, NFS) would keep us in uninterruptible sleep for as long as it likes. Whatever
 * of ours looks at descriptors, mapped files, working and root directories of processes, looks through
 * here. */

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What the link NAME in the directory DIRFD (/proc/PID, /proc/PID/fd, ...) leads to, by what this
 * kernel knows of it already: no server is asked, nothing is mounted. MASK as statx(2)'s; what the
 * kernel does not have may be old. Negative errno. */
int look_at(int dirfd, const char *name, unsigned mask, struct statx *ret);

/* The device number in SX. */
dev_t look_device(const struct statx *sx);

/* Whether files of the file system type FSTYPE are looked up here, in this kernel: a path through
 * another one can take as long as a server likes. */
bool look_is_local(const char *fstype);

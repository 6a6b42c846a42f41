/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "conf/keys/file-stamp.h"

/* Reads the file PATH, which is absolute below the directory ROOT_FD (links stay in there) or
 * relative to the working directory. 1 and its bytes; 0 if it is /dev/null; negative errno: -ENOENT
 * (also for a link to nothing), -EISDIR, -EBADF if it is no regular file, -EFBIG if it has more
 * than 16 MiB. Caller frees. RET_STAMP is as of the moment before the first byte was read. */
int file_read(int root_fd, const char *path, char **ret, size_t *ret_size,
              struct file_stamp *ret_stamp);

/* The stamp alone, with the same results. */
int file_stat(int root_fd, const char *path, struct file_stamp *ret);

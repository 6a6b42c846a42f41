/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks whether the files of the configuration are unchanged since they were read: same paths,
 * sizes, and modification times. Any difference counts, not only newer times: files from packages
 * and images are often older. */

#include <stdbool.h>
#include <stddef.h>

#include "conf/keys/file-stamp.h"

struct file_record {
        const char *path;
        struct file_stamp stamp;
};

/* Compares the RECORDS with the current files of the search path below ROOT_FD. 1: *RET names the
 * difference ("PATH has changed"), the caller frees it; 0: no difference; negative errno. */
int changes_find(int root_fd, const struct file_record *records, size_t n, char **ret);

/* A record as one word, "SIZE:SECONDS.NANOSECONDS:PATH", and back; the path of RET is in TEXT. -EINVAL. */
int file_record_format(const char *path, const struct file_stamp *stamp, char **ret);
int file_record_parse(const char *text, struct file_record *ret);

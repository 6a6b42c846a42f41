/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The marks of directories on file systems without attributes (identity.h): one file in
 * /var/lib/fd-shmem/made for each, named like a unit of its path. All negative errno, not logged. */

#include <stdbool.h>

#define IDENTITY_TEXT_MAX 128

int identity_file_read(const char *path, char ret[static IDENTITY_TEXT_MAX]); /* -ENOENT: none */
int identity_file_write(const char *path, const char *text);
void identity_file_remove(const char *path);

/* Whether the file system of FD is lost at reboot. */
bool identity_file_is_pointless(int fd);

/* Where the files are, instead of /var/lib/fd-shmem; for tests. DIRECTORY must stay. */
void identity_keep_in(const char *directory);

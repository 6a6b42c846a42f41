/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount points that the administrator declares in /etc/fstab. */

#include <stdbool.h>
#include <stddef.h>

struct fstab {
        char **paths; /* canonical, sorted */
        size_t n_paths;
};

/* Reads etc/fstab below ROOT_FD; a missing file means no mounts. Logs failures. */
int fstab_load(int root_fd, struct fstab *ret);

void fstab_done(struct fstab *fstab);

/* Whether PATH, which is canonical, is a mount point of FSTAB. */
bool fstab_has_mount(const struct fstab *fstab, const char *path);

#define _cleanup_fstab_ _cleanup_(fstab_done)

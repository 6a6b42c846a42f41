/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Paths below a root directory. */

#include "basic/path-trust.h"

/* PATH with every symbolic link in it resolved as if the directory ROOT_FD were "/": absolute, no
 * empty components, no "." and "..". Components that do not exist (yet) are kept as written.
 * systemd refuses to mount through a link ("not canonical"), and on some systems /mnt is a link to
 * var/mnt. -ENOTDIR, -EACCES, -ELOOP (more than 40 links), -ENAMETOOLONG, -ENOMEM. Caller frees. */
int path_canonicalize(int root_fd, const char *path, char **ret);

/* A root directory, and who is trusted to own the directories below it: only root if it is the root
 * directory of this process, otherwise the owner and group of the root directory. */
struct path_root {
        int fd;
        struct stat stat;
        struct path_trust trust;
};
int path_root_look(int root_fd, struct path_root *ret);

/* The same, only through directories that nobody but root can change (basic/path-trust.h); below
 * another root than this machine's, its owner counts as root. -ENOLINK: HAZARD describes the unsafe
 * place. The caller releases HAZARD by path_hazard_done(). */
int path_chase(const struct path_root *root, const char *path, struct path_hazard *hazard,
               char **ret);

/* Checks the text of PATH: absolute, no "..", nothing that a unit file cannot hold. On failure
 * returns -EINVAL and sets *RET_REASON to a static phrase, such as "is not absolute". Pure. */
int path_check_text(const char *path, const char **ret_reason);

/* Checks where a domain's canonical base directory would be: not the root or a directory that
 * belongs to the system as a whole, since owner, mode and in the end the whole content become the
 * domain's; not where directories cannot be made; and such that systemd can name the mounts' units.
 * Returns like path_check_text(). Pure. */
int path_check_place(const char *path, const char **ret_reason);

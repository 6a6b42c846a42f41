/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks which users could replace the target of a path. A path is safe if every directory in it, those
 * of its links included, belongs to root and can be written by nobody else; one with the sticky bit
 * passes for entries that are root's, since only the owner of an entry may then replace it (unlink(2),
 * EPERM). systemd uses the same rule (src/basic/chase.c, CHASE_SAFE). */

#include <stdbool.h>
#include <sys/stat.h>

/* Root is always trusted. The directories of another root, unpacked by somebody who builds an image,
 * belong to that user, who is then trusted like root. */
struct path_trust {
        uid_t owner;
        bool by_group; /* so does GROUP: an image unpacked with umask 002 */
        gid_t group;
};

#define PATH_TRUST_ROOT ((struct path_trust){ .owner = 0 })

enum path_hazard_kind {
        PATH_SAFE,
        PATH_OWNED,    /* a directory belongs to somebody */
        PATH_WRITABLE, /* a directory can be written by others */
        PATH_ENTRY,    /* an entry of a sticky directory belongs to somebody */
};

/* The first unsafe component of a path. */
struct path_hazard {
        enum path_hazard_kind kind;
        char *path; /* of the component */
        struct stat stat;
        /* Of a safe path: others may write the directory of the last component, or will;
         * it is sticky. */
        bool shared;
};

/* Whether others may write DIR, whatever the sticky bit makes of it. */
bool path_is_shared(const struct path_trust *trust, const struct stat *dir);

/* Judges one step: looking up ENTRY (NULL: it does not exist) in DIR. Pure. */
enum path_hazard_kind path_judge(const struct path_trust *trust, const struct stat *dir,
                                 const struct stat *entry);

/* "'/home/alice' belongs to user 1000 (mode 0755), who can put something else in the place of what is
 * in it". Caller frees. -ENOMEM. */
int path_hazard_describe(const struct path_hazard *hazard, char **ret);

void path_hazard_done(struct path_hazard *hazard);

#define _cleanup_path_hazard_ _cleanup_(path_hazard_done)

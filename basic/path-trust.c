/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/path-trust.h"

#include <stdio.h>

#include "basic/cleanup.h"

static bool is_trusted(const struct path_trust *trust, uid_t uid)
{
        return uid == 0 || uid == trust->owner;
}

bool path_is_shared(const struct path_trust *trust, const struct stat *dir)
{
        /* The group's bits are also the mask of an access control list (acl(5)). */
        mode_t others =
                trust->by_group && dir->st_gid == trust->group ? S_IWOTH : S_IWGRP | S_IWOTH;

        return dir->st_mode & others;
}

enum path_hazard_kind path_judge(const struct path_trust *trust, const struct stat *dir,
                                 const struct stat *entry)
{
        if (!is_trusted(trust, dir->st_uid))
                return PATH_OWNED;
        if (!path_is_shared(trust, dir))
                return PATH_SAFE;
        if (!(dir->st_mode & S_ISVTX))
                return PATH_WRITABLE;
        return entry && !is_trusted(trust, entry->st_uid) ? PATH_ENTRY : PATH_SAFE;
}

int path_hazard_describe(const struct path_hazard *hazard, char **ret)
{
        const char *path = hazard->path ?: "";
        unsigned uid = hazard->stat.st_uid, gid = hazard->stat.st_gid;
        unsigned mode = hazard->stat.st_mode & 07777;
        int n;

        switch (hazard->kind) {
        case PATH_OWNED:
                n = asprintf(ret,
                             "'%s' belongs to user %u (mode %04o), who can put something else in "
                             "the place of what is in it",
                             path, uid, mode);
                break;
        case PATH_WRITABLE:
                n = asprintf(ret,
                             "'%s' (user %u, group %u, mode %04o) can be written by others than "
                             "root, who can put something else in the place of what is in it",
                             path, uid, gid, mode);
                break;
        default:
                n = asprintf(ret,
                             "'%s' belongs to user %u, who can put something else in its place, "
                             "since others than root can write the directory that it is in",
                             path, uid);
        }
        if (n < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        return 0;
}

void path_hazard_done(struct path_hazard *hazard)
{
        free(hazard->path);
        *hazard = (struct path_hazard){};
}

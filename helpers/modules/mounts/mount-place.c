/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-place.h"

#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/modules/mounts/look.h"

/* More mounts than these above each other nobody looks through. */
#define MAX_DEPTH 64

static struct libmnt_fs *find_parent(struct libmnt_table *table, struct libmnt_fs *child)
{
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *fs, *found = NULL;

        while (iter && !found && mnt_table_next_fs(table, iter, &fs) == 0)
                if (mnt_fs_get_id(fs) == mnt_fs_get_parent_id(child) && fs != child)
                        found = fs;
        mnt_free_iter(iter);
        return found;
}

/* "/" as nothing, so that paths can be put together. */
static const char *without_root(const char *path)
{
        return strcmp(path, "/") == 0 ? "" : path;
}

/* "shared:4 master:1" */
static int read_group(struct libmnt_fs *fs, const char *key)
{
        const char *fields = mnt_fs_get_optional_fields(fs), *found;

        found = fields ? strstr(fields, key) : NULL;
        return found ? atoi(found + strlen(key)) : 0;
}

int mount_place_of(struct libmnt_table *table, struct libmnt_fs *fs, struct mount_place *ret)
{
        struct libmnt_fs *parent = find_parent(table, fs);
        const char *target = mnt_fs_get_target(fs), *above, *root;
        size_t length;

        if (!parent || !target)
                return -ENOENT;
        above = without_root(mnt_fs_get_target(parent) ?: "");
        root = without_root(mnt_fs_get_root(parent) ?: "");
        length = strlen(above);
        if (strncmp(target, above, length) != 0 ||
            (target[length] != '/' && target[length] != '\0'))
                return -ENOENT;

        ret->device = mnt_fs_get_devno(parent);
        ret->group = read_group(parent, "shared:");
        ret->master = read_group(parent, "master:");
        if (asprintf(&ret->entry, "%s%s", root, target + length) < 0) {
                ret->entry = NULL;
                return -ENOMEM;
        }
        return 0;
}

bool mount_place_is_same(const struct mount_place *a, const struct mount_place *b)
{
        return a->entry && b->entry && a->device == b->device && strcmp(a->entry, b->entry) == 0;
}

bool mount_place_follows(const struct mount_place *b, const struct mount_place *a)
{
        return mount_place_is_same(a, b) && a->group != 0 &&
               (b->group == a->group || b->master == a->group);
}

/* The root itself is left out: if that does not answer, nothing does. */
bool mount_place_is_local(struct libmnt_table *table, struct libmnt_fs *fs)
{
        for (unsigned depth = 0; depth < MAX_DEPTH; depth++) {
                fs = find_parent(table, fs);
                if (!fs || strcmp(mnt_fs_get_target(fs) ?: "", "/") == 0)
                        return true;
                if (!look_is_local(mnt_fs_get_fstype(fs) ?: ""))
                        return false;
        }
        return false;
}

void mount_place_done(struct mount_place *place)
{
        free(place->entry);
        *place = (struct mount_place){};
}

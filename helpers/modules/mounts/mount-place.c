/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/modules/mounts/look.h"
#include "helpers/modules/mounts/mount-table.h"

/* The largest number of stacked mounts that is examined. */
#define MAX_DEPTH 64

/* "/" as nothing, so that paths can be put together. */
static const char *without_root(const char *path)
{
        return strcmp(path, "/") == 0 ? "" : path;
}

/* "shared:4 master:1" */
static int read_group(const struct mount_entry *entry, const char *key)
{
        const char *found = strstr(entry->optional_fields, key);

        return found ? atoi(found + strlen(key)) : 0;
}

int mount_place_of(const struct mount_table *table, const struct mount_entry *entry,
                   struct mount_place *ret)
{
        const struct mount_entry *parent = mount_table_parent(table, entry);
        const char *target = entry->target, *above, *root;
        size_t length;

        if (!parent)
                return -ENOENT;
        above = without_root(parent->target);
        root = without_root(parent->root);
        length = strlen(above);
        if (strncmp(target, above, length) != 0 ||
            (target[length] != '/' && target[length] != '\0'))
                return -ENOENT;

        ret->device = parent->device;
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
bool mount_place_is_local(const struct mount_table *table, const struct mount_entry *entry)
{
        for (unsigned depth = 0; depth < MAX_DEPTH; depth++) {
                entry = mount_table_parent(table, entry);
                if (!entry || strcmp(entry->target, "/") == 0)
                        return true;
                if (!look_is_local(entry->fstype))
                        return false;
        }
        return false;
}

void mount_place_done(struct mount_place *place)
{
        free(place->entry);
        *place = (struct mount_place){};
}

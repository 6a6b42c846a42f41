/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/own-mount.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <string.h>

#include "basic/escape.h"
#include "helpers/modules/base/mount-identity.h"
#include "helpers/modules/mounts/mount-table.h"

static bool is_of_type(struct libmnt_fs *fs, enum page_type type)
{
        struct mount_info info = { .fstype = (char *) mnt_fs_get_fstype(fs),
                                   .fs_options = (char *) mnt_fs_get_fs_options(fs) };

        return info.fstype && info.fs_options && mount_info_matches(&info, type);
}

/* The mount at PATH that is the parent of no other one there. */
static struct libmnt_fs *find_topmost(struct libmnt_table *table, const char *path)
{
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *fs, *top = NULL;

        while (iter && mnt_table_next_fs(table, iter, &fs) == 0)
                if (strcmp(mnt_fs_get_target(fs) ?: "", path) == 0 &&
                    (!top || mnt_fs_get_parent_id(fs) == mnt_fs_get_id(top)))
                        top = fs;
        mnt_free_iter(iter);
        return top;
}

static bool is_identical(struct libmnt_table *table, struct libmnt_fs *fs,
                         const struct ledger_mount_id *identity)
{
        struct ledger_mount_id found;

        return mount_place_is_local(table, fs) &&
               mount_identity_at(AT_FDCWD, mnt_fs_get_target(fs) ?: "/", mnt_fs_get_id(fs),
                                 &found) >= 0 &&
               mount_identity_is_same(&found, identity);
}

/* Whether somebody mounted another one of the same type over ours: what is in that is his. */
static bool is_covering(struct libmnt_table *table, struct libmnt_fs *fs,
                        const struct ledger_mount_id *identity)
{
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *below;
        struct ledger_mount_id found;
        bool covers = false;

        while (iter && !covers && mnt_table_next_fs(table, iter, &below) == 0)
                covers = mnt_fs_get_id(below) == mnt_fs_get_parent_id(fs) &&
                         strcmp(mnt_fs_get_target(below) ?: "", mnt_fs_get_target(fs)) == 0;
        mnt_free_iter(iter);
        return covers && mount_identity_is_known(identity) &&
               mount_identity_at(AT_FDCWD, mnt_fs_get_target(fs), mnt_fs_get_id(fs), &found) >= 0 &&
               !mount_identity_is_same(&found, identity);
}

static struct libmnt_fs *find_by_identity(struct libmnt_table *table,
                                          const struct ledger_mount_id *identity,
                                          enum page_type type)
{
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *fs, *found = NULL;

        while (iter && !found && mnt_table_next_fs(table, iter, &fs) == 0)
                if (is_of_type(fs, type) && is_identical(table, fs, identity))
                        found = fs;
        mnt_free_iter(iter);
        return found;
}

static int take_mount(struct libmnt_table *table, struct libmnt_fs *fs, struct own_mount *mount)
{
        int r;

        free(mount->path);
        mount->path = strdup(mnt_fs_get_target(fs) ?: "/");
        mount->device = mnt_fs_get_devno(fs);
        r = mount->path ? mount_place_of(table, fs, &mount->place) : -ENOMEM;
        return r == -ENOENT ? 0 : r;
}

int own_mount_find(struct libmnt_table *table, const struct ledger_domain *domain,
                   enum page_type type, struct own_mount *ret, char **ret_over)
{
        struct libmnt_fs *fs;

        *ret = (struct own_mount){ .type = type };
        if (asprintf(&ret->path, "%s/%s", domain->path, page_type_directory(type)) < 0) {
                ret->path = NULL;
                return -ENOMEM;
        }

        fs = find_topmost(table, ret->path);
        if (fs && (!is_of_type(fs, type) || is_covering(table, fs, &domain->mount_id[type]))) {
                _cleanup_free_ char *source = text_escape(mnt_fs_get_source(fs) ?: "none");

                if (asprintf(ret_over, "%s (%s)", source ?: "?", mnt_fs_get_fstype(fs)) < 0) {
                        *ret_over = NULL;
                        return -ENOMEM;
                }
                return -EMEDIUMTYPE;
        }
        if (!fs && mount_identity_is_known(&domain->mount_id[type])) {
                fs = find_by_identity(table, &domain->mount_id[type], type);
                ret->moved = fs;
        }
        return fs ? take_mount(table, fs, ret) : -ENOENT;
}

char *own_mount_also_at(struct libmnt_table *table, const struct own_mount *mount)
{
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *fs;
        char *found = NULL;

        while (iter && !found && mnt_table_next_fs(table, iter, &fs) == 0)
                if (mnt_fs_get_devno(fs) == mount->device) {
                        struct mount_place place = {};

                        if (mount_place_of(table, fs, &place) < 0 ||
                            !mount_place_is_same(&place, &mount->place))
                                found = strdup(mnt_fs_get_target(fs) ?: "?");
                        mount_place_done(&place);
                }
        mnt_free_iter(iter);
        return found;
}

void own_mount_done(struct own_mount *mount)
{
        free(mount->path);
        mount_place_done(&mount->place);
        *mount = (struct own_mount){};
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-table.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"

int mount_table_read(int dirfd, const char *path, struct libmnt_table **ret)
{
        _cleanup_(mount_table_unrefp) struct libmnt_table *table = NULL;
        _cleanup_fclose_ FILE *stream = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        stream = fdopen(fd, "re");
        if (!stream)
                return -errno;
        TAKE_FD(fd);

        table = mnt_new_table();
        if (!table)
                return -ENOMEM;
        r = mnt_table_parse_stream(table, stream, path);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(table);
        return 0;
}

void mount_table_unref(struct libmnt_table *table)
{
        mnt_unref_table(table);
}

static int take_info(struct libmnt_fs *fs, struct mount_info *ret)
{
        struct mount_info info = {
                .id = mnt_fs_get_id(fs),
                .device = mnt_fs_get_devno(fs),
                .source = strdup(mnt_fs_get_source(fs) ?: "none"),
                .fstype = strdup(mnt_fs_get_fstype(fs) ?: ""),
                .fs_options = strdup(mnt_fs_get_fs_options(fs) ?: ""),
                .vfs_options = strdup(mnt_fs_get_vfs_options(fs) ?: ""),
        };

        if (!info.source || !info.fstype || !info.fs_options || !info.vfs_options) {
                mount_info_done(&info);
                return -ENOMEM;
        }

        *ret = info;
        return 0;
}

/* The mount that is the parent of no other one at the same place. Comparing the strings is enough:
 * the kernel prints canonical paths, and ours are canonical. */
int mount_table_at(struct libmnt_table *table, const char *path, struct mount_info *ret)
{
        struct libmnt_iter *iter;
        struct libmnt_fs *fs, *top = NULL;

        iter = mnt_new_iter(MNT_ITER_FORWARD);
        if (!iter)
                return -ENOMEM;
        while (mnt_table_next_fs(table, iter, &fs) == 0) {
                const char *target = mnt_fs_get_target(fs);

                if (!target || strcmp(target, path) != 0)
                        continue;
                if (!top || mnt_fs_get_parent_id(fs) == mnt_fs_get_id(top))
                        top = fs;
        }
        mnt_free_iter(iter);

        return top ? take_info(top, ret) : -ENOENT;
}

bool mount_table_below(struct libmnt_table *table, const char *path, char **ret_path)
{
        struct libmnt_iter *iter;
        struct libmnt_fs *fs;
        size_t length = strlen(path);
        const char *found = NULL;

        iter = mnt_new_iter(MNT_ITER_FORWARD);
        if (!iter)
                return false;
        while (!found && mnt_table_next_fs(table, iter, &fs) == 0) {
                const char *target = mnt_fs_get_target(fs);

                if (target && strncmp(target, path, length) == 0 && target[length] == '/')
                        found = target;
        }
        mnt_free_iter(iter);

        if (found && ret_path)
                *ret_path = strdup(found);
        return found;
}

bool mount_info_matches(const struct mount_info *info, enum page_type type)
{
        const char *size = page_type_mount_size(type);
        char *value;
        size_t length;

        if (!page_type_has_pool(type))
                return strcmp(info->fstype, "tmpfs") == 0;

        return strcmp(info->fstype, "hugetlbfs") == 0 && size &&
               mnt_optstr_get_option(info->fs_options, "pagesize", &value, &length) == 0 &&
               length == strlen(size) && strncmp(value, size, length) == 0;
}

void mount_info_done(struct mount_info *info)
{
        free(info->source);
        free(info->fstype);
        free(info->fs_options);
        free(info->vfs_options);
        *info = (struct mount_info){};
}

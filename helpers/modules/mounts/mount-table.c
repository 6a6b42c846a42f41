/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-table.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/mounts/option-string.h"

static int parse(int dirfd, const char *path, struct libmnt_table *table)
{
        _cleanup_fclose_ FILE *stream = NULL;
        _cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;
        stream = fdopen(fd, "re");
        if (!stream)
                return -errno;
        TAKE_FD(fd);
        return mnt_table_parse_stream(table, stream, path);
}

static int list_entries(struct mount_table *table)
{
        int n = mnt_table_get_nents(table->parsed);
        struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
        struct libmnt_fs *fs;

        table->entries = calloc(n > 0 ? (size_t) n : 1, sizeof(*table->entries));
        if (!iter || !table->entries) {
                mnt_free_iter(iter);
                return -ENOMEM;
        }
        while (table->n < (size_t) n && mnt_table_next_fs(table->parsed, iter, &fs) == 0)
                table->entries[table->n++] = (struct mount_entry){
                        .id = mnt_fs_get_id(fs),
                        .parent_id = mnt_fs_get_parent_id(fs),
                        .device = mnt_fs_get_devno(fs),
                        .root = mnt_fs_get_root(fs) ?: "",
                        .target = mnt_fs_get_target(fs) ?: "",
                        .source = mnt_fs_get_source(fs) ?: "none",
                        .fstype = mnt_fs_get_fstype(fs) ?: "",
                        .fs_options = mnt_fs_get_fs_options(fs) ?: "",
                        .vfs_options = mnt_fs_get_vfs_options(fs) ?: "",
                        .optional_fields = mnt_fs_get_optional_fields(fs) ?: "",
                };
        mnt_free_iter(iter);
        return 0;
}

int mount_table_read(int dirfd, const char *path, struct mount_table **ret)
{
        _cleanup_mount_table_ struct mount_table *table = calloc(1, sizeof(*table));
        int r;

        if (!table)
                return -ENOMEM;
        table->parsed = mnt_new_table();
        if (!table->parsed)
                return -ENOMEM;
        r = parse(dirfd, path, table->parsed);
        if (r >= 0)
                r = list_entries(table);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(table);
        return 0;
}

int mount_table_load(const struct machine *machine, struct mount_table **ret)
{
        int r = mount_table_read(machine->procfs, "self/mountinfo", ret);

        return r < 0 ? log_error_errno(r, "Cannot read the mount table: %m") : 0;
}

void mount_table_free(struct mount_table *table)
{
        if (!table)
                return;
        mnt_unref_table(table->parsed);
        free(table->entries);
        free(table);
}

/* The mount that is the parent of no other one at the same place. Comparing the strings is enough:
 * the kernel prints canonical paths, and ours are canonical. */
const struct mount_entry *mount_table_at(const struct mount_table *table, const char *path)
{
        const struct mount_entry *top = NULL;

        for (size_t i = 0; i < table->n; i++) {
                const struct mount_entry *entry = table->entries + i;

                if (strcmp(entry->target, path) == 0 && (!top || entry->parent_id == top->id))
                        top = entry;
        }
        return top;
}

const struct mount_entry *mount_table_below(const struct mount_table *table, const char *path)
{
        size_t length = strlen(path);

        for (size_t i = 0; i < table->n; i++)
                if (strncmp(table->entries[i].target, path, length) == 0 &&
                    table->entries[i].target[length] == '/')
                        return table->entries + i;
        return NULL;
}

const struct mount_entry *mount_table_parent(const struct mount_table *table,
                                             const struct mount_entry *entry)
{
        for (size_t i = 0; i < table->n; i++)
                if (table->entries[i].id == entry->parent_id && table->entries + i != entry)
                        return table->entries + i;
        return NULL;
}

bool mount_entry_is_kind(const struct mount_entry *entry, enum page_type type)
{
        return strcmp(entry->fstype, page_type_has_pool(type) ? "hugetlbfs" : "tmpfs") == 0;
}

struct page_size mount_entry_page_size(const struct mount_entry *entry)
{
        struct page_size size = {};
        const char *value;
        char text[24];
        size_t length;

        if (mount_entry_is_kind(entry, PAGE_HUGE) &&
            option_string_get(entry->fs_options, "pagesize", &value, &length) &&
            length < sizeof(text)) {
                snprintf(text, sizeof(text), "%.*s", (int) length, value);
                (void) page_size_parse(text, &size);
        }
        return size;
}

bool mount_entry_matches(const struct mount_entry *entry, enum page_type type,
                         struct page_size size)
{
        return mount_entry_is_kind(entry, type) &&
               (!page_type_has_pool(type) || page_size_equal(mount_entry_page_size(entry), size));
}

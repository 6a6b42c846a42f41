/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/changes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "conf/file.h"
#include "conf/search-path.h"

int file_record_format(const char *path, const struct file_stamp *stamp, char **ret)
{
        if (asprintf(ret, "%" PRIu64 ":%" PRId64 ".%09ld:%s", stamp->size, stamp->seconds,
                     stamp->nanoseconds, path) >= 0)
                return 0;
        *ret = NULL;
        return -ENOMEM;
}

int file_record_parse(const char *text, struct file_record *ret)
{
        struct file_record record;
        int length = 0;

        if (sscanf(text, "%" SCNu64 ":%" SCNd64 ".%9ld:%n", &record.stamp.size,
                   &record.stamp.seconds, &record.stamp.nanoseconds, &length) < 3 ||
            length == 0 || text[length] != '/')
                return -EINVAL;

        record.path = text + length;
        *ret = record;
        return 0;
}

static bool is_credential(const char *path)
{
        return strncmp(path, SEARCH_CREDENTIALS "/", strlen(SEARCH_CREDENTIALS "/")) == 0;
}

/* Who may not read the credentials cannot tell whether one has changed. */
static void note_hidden(const char *path, int error, void *userdata)
{
        bool *hidden = userdata;

        *hidden |= error == -EACCES && is_credential(path);
}

static const struct file_record *find_record(const struct file_record *records, size_t n,
                                             const char *path)
{
        for (size_t i = 0; i < n; i++)
                if (strcmp(records[i].path, path) == 0)
                        return records + i;
        return NULL;
}

static int say(char **ret, const char *path, const char *what)
{
        if (asprintf(ret, "%s %s", path, what) >= 0)
                return 1;
        *ret = NULL;
        return -ENOMEM;
}

static int compare_file(int root_fd, const char *path, const struct file_record *record, char **ret)
{
        struct file_stamp stamp;
        int r = file_stat(root_fd, path, &stamp);

        if (r == -ENOMEM)
                return r;
        if (r <= 0) /* a mask, or an unreadable file */
                return record ? say(ret, path, "cannot be read any more") : 0;
        if (!record)
                return say(ret, path, "is new");
        if (record->stamp.size != stamp.size || record->stamp.seconds != stamp.seconds ||
            record->stamp.nanoseconds != stamp.nanoseconds)
                return say(ret, path, "has changed");
        return 0;
}

static bool has_path(const struct file_list *list, const char *path)
{
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->paths[i], path) == 0)
                        return true;
        return false;
}

int changes_find(int root_fd, const struct file_record *records, size_t n, char **ret)
{
        _cleanup_(file_list_done) struct file_list files = {};
        bool hidden = false;
        const struct search search = {
                .root_fd = root_fd,
                .name = "fd-shmem.conf",
                .problem = note_hidden,
                .userdata = &hidden,
        };
        int r;

        r = search_files(&search, &files);
        for (size_t i = 0; r == 0 && i < files.n; i++)
                r = compare_file(root_fd, files.paths[i], find_record(records, n, files.paths[i]),
                                 ret);
        for (size_t i = 0; r == 0 && i < n; i++)
                if (!has_path(&files, records[i].path) && !(hidden && is_credential(records[i].path)))
                        r = say(ret, records[i].path,
                                "is not there any more, or hidden by another");
        return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/import/import-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "conf/file.h"

int import_each_line(int root, const char *file, import_line_t take, void *userdata)
{
        _cleanup_free_ char *text = NULL;
        struct file_stamp stamp;
        unsigned number = 0;
        char *rest, *line;
        size_t size;
        int r = 0;

        if (file_read(root, file, &text, &size, &stamp) <= 0)
                return 0;
        for (rest = text; r >= 0 && (line = strsep(&rest, "\n"));) {
                _cleanup_free_ char *where = NULL;

                if (asprintf(&where, "%s:%u", file, ++number) < 0) {
                        where = NULL;
                        return log_oom();
                }
                r = take(where, line, userdata);
        }
        return r;
}

static bool ends_in(const char *name, const char *suffix)
{
        size_t length = strlen(name), wanted = strlen(suffix);

        return name[0] != '.' && length > wanted && strcmp(name + length - wanted, suffix) == 0;
}

static int list_names(int root, const char *directory, const char *suffix, char ***ret, size_t *n)
{
        struct dirent *entry;
        DIR *opened;

        /* Its own links are not those of the root, but what is listed is opened below that. */
        if (io_open_directory(root, directory + 1, O_NOFOLLOW, &opened) < 0)
                return 0;
        while ((entry = io_next_entry(opened)))
                if (ends_in(entry->d_name, suffix) && string_list_add(ret, n, entry->d_name) < 0) {
                        closedir(opened);
                        return log_oom();
                }
        closedir(opened);
        return 0;
}

static int compare_names(const void *a, const void *b)
{
        return strcmp(*(char *const *) a, *(char *const *) b);
}

int import_each_file(int root, const char *directory, const char *suffix, import_line_t take,
                     void *userdata)
{
        _cleanup_strings_ char **names = NULL;
        size_t n = 0;
        int r = list_names(root, directory, suffix, &names, &n);

        if (n > 0)
                qsort(names, n, sizeof(*names), compare_names);
        for (size_t i = 0; i < n && r >= 0; i++) {
                _cleanup_free_ char *path = NULL;

                if (asprintf(&path, "%s/%s", directory, names[i]) < 0) {
                        path = NULL;
                        return log_oom();
                }
                r = import_each_line(root, path, take, userdata);
        }
        return r;
}

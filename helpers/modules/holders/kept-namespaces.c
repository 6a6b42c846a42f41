/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holders/kept-namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/io.h"
#include "helpers/modules/holders/namespaces.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/processes/process-list.h"

static bool has_process(int procfs, ino_t namespace)
{
        _cleanup_closedir_ DIR *dir = NULL;
        pid_t pid;

        if (io_open_directory(procfs, ".", 0, &dir) < 0)
                return false;
        while ((pid = process_list_next(dir)))
                if (namespace_of(procfs, pid) == namespace)
                        return true;
        return false;
}

/* The root of a mount of nsfs is the file, by its name: "mnt:[4026532640]". */
static bool is_kept(int procfs, const struct mount_entry *entry)
{
        uint64_t number;

        return strcmp(entry->fstype, "nsfs") == 0 &&
               sscanf(entry->root, "mnt:[%" SCNu64 "]", &number) == 1 &&
               !has_process(procfs, number);
}

int kept_namespaces_list(int procfs, const struct mount_table *table, char **ret)
{
        _cleanup_free_ char *list = NULL;

        for (size_t i = 0; i < table->n; i++) {
                _cleanup_free_ char *escaped = NULL;
                char *longer;

                if (!is_kept(procfs, table->entries + i))
                        continue;
                escaped = text_escape(table->entries[i].target);
                if (!escaped ||
                    asprintf(&longer, "%s%s%s", list ?: "", list ? ", " : "", escaped) < 0)
                        return -ENOMEM;
                free(list);
                list = longer;
        }
        if (!list)
                return -ENOENT;

        *ret = TAKE_PTR(list);
        return 0;
}

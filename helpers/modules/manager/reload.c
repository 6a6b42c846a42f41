/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/reload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/words/unit-table.h"
#include "conf/changes.h"

#define OPTION "--read="

int reload_compare(int root_fd, char *const *records, size_t n, char **ret)
{
        _cleanup_free_ struct file_record *files = calloc(n ?: 1, sizeof(*files));
        int r = 0;

        if (!files)
                return -ENOMEM;
        for (size_t i = 0; i < n && r >= 0; i++)
                r = file_record_parse(records[i], &files[i]);
        return r < 0 ? r : changes_find(root_fd, files, n, ret);
}

int reload_find_change(sd_bus *bus, int root_fd, char **ret)
{
        _cleanup_strings_ char **command = NULL;
        _cleanup_free_ char **records = NULL;
        size_t n = 0;
        int r;

        r = manager_unit_command(bus, UNIT_CHECK, &command);
        if (r < 0)
                return r;
        for (char **word = command; word && *word; word++)
                n++;
        records = calloc(n + 1, sizeof(*records));
        if (!records)
                return -ENOMEM;

        n = 0;
        for (char **word = command; word && *word; word++)
                if (strncmp(*word, OPTION, strlen(OPTION)) == 0)
                        records[n++] = *word + strlen(OPTION);
        return reload_compare(root_fd, records, n, ret);
}

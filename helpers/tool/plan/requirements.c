/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/plan/requirements.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/io.h"
#include "basic/string-list.h"
#include "basic/words/unit-table.h"

/* Where systemd has generators write (systemd.generator(7): normal-dir). */
#define GENERATED "run/systemd/generator"

static int compare_names(const void *a, const void *b)
{
        return strcmp(*(char *const *) a, *(char *const *) b);
}

int requirements_sorted(char *const *units, char ***ret)
{
        _cleanup_strings_ char **list = NULL;
        size_t n = 0;

        for (; units && *units; units++)
                if (string_list_add(&list, &n, *units) < 0)
                        return -ENOMEM;
        if (n > 1)
                qsort(list, n, sizeof(*list), compare_names);
        *ret = TAKE_PTR(list);
        return 0;
}

/* Adds the unit whose drop-ins are in DIRECTORY ("UNIT.d"), if the one NAME is among them. */
static int add_unit(int parent, const char *directory, const char *name, char ***units, size_t *n)
{
        _cleanup_free_ char *path = NULL, *unit = NULL;
        size_t length = strlen(directory);

        if (length < 3 || strcmp(directory + length - 2, ".d") != 0 || unit_is_ours(directory))
                return 0;
        if (asprintf(&path, "%s/%s", directory, name) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        if (faccessat(parent, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                return 0;
        unit = strndup(directory, length - 2);
        return unit ? string_list_add(units, n, unit) : -ENOMEM;
}

int requirements_loaded(int root, const char *domain, char ***ret)
{
        _cleanup_strings_ char **units = NULL;
        _cleanup_closedir_ DIR *directory = NULL;
        _cleanup_free_ char *name = NULL;
        struct dirent *entry;
        size_t n = 0;
        int r = 0;

        if (asprintf(&name, UNIT_DROP_IN_OF_CONSUMER, domain) < 0) {
                name = NULL;
                return -ENOMEM;
        }
        if (io_open_directory(root, GENERATED, 0, &directory) < 0)
                return requirements_sorted(NULL, ret);
        while (r >= 0 && (entry = io_next_entry(directory)))
                r = add_unit(dirfd(directory), entry->d_name, name, &units, &n);
        return r < 0 ? r : requirements_sorted(units, ret);
}

char *requirements_text(char *const *units)
{
        size_t length = sizeof("none");
        char *text, *t;

        for (char *const *unit = units; unit && *unit; unit++)
                length += strlen(*unit) + 1;
        text = t = malloc(length);
        if (!text)
                return NULL;
        *t = '\0';
        for (char *const *unit = units; unit && *unit; unit++)
                t = stpcpy(stpcpy(t, unit == units ? "" : " "), *unit);
        if (t == text)
                strcpy(text, "none");
        return text;
}

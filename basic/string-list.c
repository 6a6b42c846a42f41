/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/string-list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int string_list_add(char ***list, size_t *n, const char *string)
{
        char **longer, *copy;

        longer = reallocarray(*list, *n + 2, sizeof(*longer));
        if (!longer)
                return -ENOMEM;
        *list = longer;
        longer[*n] = NULL;
        copy = strdup(string);
        if (!copy)
                return -ENOMEM;
        longer[(*n)++] = copy;
        longer[*n] = NULL;
        return 0;
}

bool string_list_contains(char *const *list, const char *string)
{
        for (char *const *item = list; item && *item; item++)
                if (strcmp(*item, string) == 0)
                        return true;
        return false;
}

void string_list_free(char **list)
{
        for (char **string = list; string && *string; string++)
                free(*string);
        free(list);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/arguments.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"

int page_types_parse(const char *text, bool ret[N_PAGE_TYPES])
{
        _cleanup_free_ char *copy = strdup(text);
        bool types[N_PAGE_TYPES] = {};
        char *rest = copy, *word;

        if (!copy)
                return -ENOMEM;
        while ((word = strsep(&rest, ","))) {
                int type = page_type_from_name(word);

                if (type < 0 && !(*word == '\0' && *text == '\0'))
                        return -EINVAL;
                if (type >= 0)
                        types[type] = true;
        }

        memcpy(ret, types, sizeof(types));
        return 0;
}

bool domain_name_is_safe(const char *name)
{
        return *name && *name != '.' && !strchr(name, '/');
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/string-list.h"

/* The largest number of options of a program. */
#define OPTIONS_MAX 16

/* Above all characters: options have no letters. */
#define FIRST_OPTION 256

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

int arguments_parse(int argc, char **argv, const struct argument *table)
{
        struct option options[OPTIONS_MAX + 1] = {};
        int c, r = 0;

        for (size_t i = 0; table[i].name && i < OPTIONS_MAX; i++)
                options[i] = (struct option){
                        .name = table[i].name,
                        .has_arg = table[i].parse ? required_argument : no_argument,
                        .val = FIRST_OPTION + (int) i,
                };
        while (r >= 0 && (c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
                const struct argument *argument;

                if (c < FIRST_OPTION)
                        return -EINVAL;
                argument = table + (c - FIRST_OPTION);
                if (argument->parse)
                        r = argument->parse(optarg, argument->ret);
                else
                        *(bool *) argument->ret = true;
        }
        return r < 0 ? r : optind < argc ? -EINVAL : 0;
}

int argument_text(const char *value, void *ret)
{
        *(const char **) ret = value;
        return 0;
}

int argument_domain(const char *value, void *ret)
{
        return domain_name_is_safe(value) ? argument_text(value, ret) : -EINVAL;
}

int argument_path(const char *value, void *ret)
{
        return value[0] == '/' ? argument_text(value, ret) : -EINVAL;
}

int argument_page_types(const char *value, void *ret)
{
        return page_types_parse(value, ret);
}

int argument_page_size(const char *value, void *ret)
{
        return page_size_parse(value, ret);
}

int argument_add(const char *value, void *ret)
{
        struct argument_list *list = ret;

        return string_list_add(&list->strings, &list->n, value);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/option-string.h"

#include <string.h>
#include <errno.h>
#include <libmount.h>

/* libmount takes strings that it does not write to as char *. */

bool option_string_next(const char **cursor, struct mount_option *ret)
{
        char *at = (char *) *cursor, *name, *value;

        if (mnt_optstr_next_option(&at, &name, &ret->name_length, &value, &ret->value_length) != 0)
                return false;
        ret->name = name;
        ret->value = value;
        *cursor = at;
        return true;
}

bool option_string_get(const char *options, const char *name, const char **ret, size_t *ret_length)
{
        char *value;

        if (mnt_optstr_get_option(options, name, &value, ret_length) != 0 || *ret_length == 0)
                return false;
        *ret = value;
        return true;
}

int option_string_copy(const char *options, const char *name, char **ret)
{
        const char *value;
        size_t length;

        if (!option_string_get(options, name, &value, &length))
                return -ENOENT;
        *ret = strndup(value, length);
        return *ret ? 0 : -ENOMEM;
}

int option_string_set(char **options, const char *name, const char *value)
{
        return mnt_optstr_set_option(options, name, value);
}

int option_string_remove(char **options, const char *name)
{
        return mnt_optstr_remove_option(options, name);
}

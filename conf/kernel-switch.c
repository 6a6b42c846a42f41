/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/kernel-switch.h"

#include <stdbool.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

#define BLANKS " \t\n"

/* Extracts the first argument of *CURSOR, without quotation marks: blanks inside them do not
 * separate arguments; they are removed only around the whole argument and around its value (the
 * kernel's lib/cmdline.c: next_arg). NULL at the end. */
static char *next_argument(char **cursor)
{
        char *start = *cursor + strspn(*cursor, BLANKS), *end, *value;
        bool quoted = false, whole;

        if (*start == '\0')
                return NULL;

        for (end = start; *end && (quoted || !strchr(BLANKS, *end)); end++)
                if (*end == '"')
                        quoted = !quoted;
        *cursor = *end ? end + 1 : end;
        *end = '\0';

        whole = *start == '"';
        value = strchr(start, '=');
        if (whole || (value && value[1] == '"'))
                if (end[-1] == '"')
                        end[-1] = '\0';
        if (!whole && value && value[1] == '"')
                memmove(value + 1, value + 2, strlen(value + 2) + 1);
        return start + whole;
}

/* The rest of ARGUMENT after the name ("=0", ""), if it is our name; dashes and underscores are
 * equivalent, as in the kernel and systemd. */
static const char *skip_name(const char *argument)
{
        const char *name = "fd_shmem";

        for (; *name; name++, argument++)
                if (*argument != *name && !(*name == '_' && *argument == '-'))
                        return NULL;

        return argument;
}

int kernel_switch_parse(const char *cmdline)
{
        _cleanup_free_ char *copy = strdup(cmdline);
        char *cursor = copy, *argument;
        int found = -1, r;

        while (copy && (argument = next_argument(&cursor))) {
                const char *rest = skip_name(argument);

                if (!rest)
                        continue;
                if (*rest == '\0')
                        found = 1;
                else if (*rest == '=') {
                        r = boolean_parse(rest + 1);
                        if (r >= 0)
                                found = r;
                }
        }
        return found;
}

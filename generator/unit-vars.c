/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/unit-vars.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/unit-name.h"

static const char *const value_names[N_VALUES] = {
        [VALUE_DOMAIN] = "domain",
        [VALUE_SOURCE] = "source",
        [VALUE_BASE] = "base",
        [VALUE_PATH_ARGUMENT] = "path-argument",
        [VALUE_MOUNTS] = "mounts",
        [VALUE_FOREIGN] = "foreign",
        [VALUE_MOUNT_PATHS] = "mount-paths",
        [VALUE_USER] = "user",
        [VALUE_GROUP] = "group",
        [VALUE_MODE] = "mode",
        [VALUE_GIGANTIC] = "gigantic",
        [VALUE_HUGE] = "huge",
        [VALUE_BEFOREHAND] = "beforehand",
        [VALUE_POLICY] = "policy",
        [VALUE_PAGES] = "pages",
        [VALUE_RESERVATION] = "reservation",
        [VALUE_POOL] = "pool",
        [VALUE_WHERE] = "where",
        [VALUE_FILE_SYSTEM] = "file-system",
        [VALUE_OPTIONS] = "options",
        [VALUE_TYPE] = "type",
        [VALUE_ERROR] = "error",
        [VALUE_ERROR_ARGUMENT] = "error-argument",
        [VALUE_READ] = "read",
        [VALUE_SPAN] = "span",
        [VALUE_REPAIRS] = "repairs",
};

void values_init(struct values *ret)
{
        for (enum value value = 0; value < N_VALUES; value++)
                ret->list[value] = (struct template_value){ .name = value_names[value] };
        ret->list[N_VALUES] = (struct template_value){};
}

static void replace(struct values *values, enum value value, char *text)
{
        free((char *) values->list[value].value);
        values->list[value].value = text;
}

void values_done(struct values *values)
{
        for (enum value value = 0; value < N_VALUES; value++)
                replace(values, value, NULL);
}

void values_unset(struct values *values, enum value value)
{
        replace(values, value, NULL);
}

int values_set(struct values *values, enum value value, const char *text)
{
        char *copy = strdup(text);

        if (!copy)
                return -ENOMEM;

        replace(values, value, copy);
        return 0;
}

int values_format(struct values *values, enum value value, const char *format, ...)
{
        char *text;
        va_list ap;
        int n;

        va_start(ap, format);
        n = vasprintf(&text, format, ap);
        va_end(ap);
        if (n < 0)
                return -ENOMEM;

        replace(values, value, text);
        return 0;
}

int values_set_text(struct values *values, enum value value, const char *text)
{
        char *escaped;
        int r;

        r = unit_escape_specifiers(text, &escaped);
        if (r >= 0)
                replace(values, value, escaped);
        return r;
}

/* The argument OPTION with TEXT, after the arguments BEFORE. */
static int append_argument(struct values *values, enum value value, const char *before,
                           const char *option, const char *text)
{
        _cleanup_free_ char *word = NULL, *quoted = NULL;
        int r;

        word = malloc(strlen(option) + strlen(text) + 1);
        if (!word)
                return -ENOMEM;
        stpcpy(stpcpy(word, option), text);

        r = unit_quote_word(word, /* dollar= */ 1, &quoted);
        if (r >= 0)
                r = values_format(values, value, "%s %s", before, quoted);
        return r;
}

int values_set_argument(struct values *values, enum value value, const char *option,
                        const char *text)
{
        return append_argument(values, value, "", option, text);
}

int values_add_argument(struct values *values, enum value value, const char *option,
                        const char *text)
{
        return append_argument(values, value, values_get(values, value), option, text);
}

int values_add_word(struct values *values, enum value value, const char *word)
{
        const char *before = values_get(values, value);
        _cleanup_free_ char *quoted = NULL;
        char *text;
        int r;

        r = unit_quote_word(word, /* dollar= */ 0, &quoted);
        if (r < 0)
                return r;
        if (asprintf(&text, "%s%s%s", before ?: "", before ? " " : "", quoted) < 0)
                return -ENOMEM;

        replace(values, value, text);
        return 0;
}

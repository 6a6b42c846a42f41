/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/text/unit-vars.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/words/unit-name.h"

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

void values_set(struct values *values, enum value value, const char *text)
{
        char *copy = strdup(text ?: "");

        if (!copy)
                return values_fail(values, -ENOMEM);
        replace(values, value, copy);
}

void values_format(struct values *values, enum value value, const char *format, ...)
{
        char *text;
        va_list ap;
        int n;

        va_start(ap, format);
        n = vasprintf(&text, format, ap);
        va_end(ap);
        if (n < 0)
                return values_fail(values, -ENOMEM);
        replace(values, value, text);
}

void values_set_text(struct values *values, enum value value, const char *text)
{
        char *escaped;
        int r;

        r = unit_escape_specifiers(text ?: "", &escaped);
        if (r < 0)
                return values_fail(values, r);
        replace(values, value, escaped);
}

void values_set_argument(struct values *values, enum value value, const char *option,
                         const char *text)
{
        values_set(values, value, "");
        if (text)
                values_add_argument(values, value, option, text);
}

/* Appends WORD, and the SEPARATOR before it. */
static void append(struct values *values, enum value value, const char *separator, const char *word)
{
        char *before = (char *) values_get(values, value);
        size_t length = before ? strlen(before) : 0, between = strlen(separator), size = strlen(word) + 1;
        char *text = realloc(before, length + between + size);

        if (!text)
                return values_fail(values, -ENOMEM);
        memcpy(text + length, separator, between);
        memcpy(text + length + between, word, size);
        values->list[value].value = text;
}

void values_add_argument(struct values *values, enum value value, const char *option,
                         const char *text)
{
        _cleanup_free_ char *word = NULL, *quoted = NULL;
        int r;

        word = malloc(strlen("--") + strlen(option) + strlen("=") + strlen(text) + 1);
        if (!word)
                return values_fail(values, -ENOMEM);
        stpcpy(stpcpy(stpcpy(stpcpy(word, "--"), option), "="), text);

        r = unit_quote_argument(word, &quoted);
        if (r < 0)
                return values_fail(values, r);
        append(values, value, " ", quoted);
}

void values_add_word(struct values *values, enum value value, const char *word)
{
        append(values, value, values_get(values, value) ? " " : "", word);
}

void values_add_path(struct values *values, enum value value, const char *path)
{
        _cleanup_free_ char *quoted = NULL;
        int r;

        r = unit_quote_path(path, &quoted);
        if (r < 0)
                return values_fail(values, r);
        values_add_word(values, value, quoted);
}

void values_add_line(struct values *values, enum value value, const char *prefix, const char *text)
{
        _cleanup_free_ char *escaped = NULL;
        int r;

        r = unit_escape_specifiers(text, &escaped);
        if (r < 0)
                return values_fail(values, r);
        append(values, value, values_get(values, value) ? "\n" : "", prefix);
        append(values, value, "", escaped);
}

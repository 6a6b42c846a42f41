/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/unit-name.h"

#include <string.h>

#include "basic/cleanup.h"

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* What a path keeps in a unit name (VALID_CHARS in systemd's src/basic/unit-name.c, without what
 * the escaping itself needs). */
#define NAME_CHARS DIGITS LETTERS ":_."

/* What needs no quotes in a word; bytes of UTF-8 sequences need none either. */
#define BARE_CHARS DIGITS LETTERS "/:_.,=+-@%$"

static char *append_hex(char *t, char c)
{
        static const char hex[] = "0123456789abcdef";

        *t++ = '\\';
        *t++ = 'x';
        *t++ = hex[(unsigned char) c >> 4];
        *t++ = hex[(unsigned char) c & 15];
        return t;
}

int unit_name_from_path(const char *path, const char *suffix, char **ret)
{
        _cleanup_free_ char *name = NULL;
        const char *p = path + strspn(path, "/");
        char *t;

        t = name = malloc(strlen(p) * 4 + strlen(suffix) + 2);
        if (!name)
                return -ENOMEM;

        if (*p == '\0')
                *t++ = '-'; /* the root directory */
        else if (*p == '.')
                t = append_hex(t, *p++);

        for (; *p; p++)
                if (*p == '/')
                        *t++ = '-';
                else if (strchr(NAME_CHARS, *p))
                        *t++ = *p;
                else
                        t = append_hex(t, *p);
        strcpy(t, suffix);

        if (strlen(name) > UNIT_NAME_LENGTH_MAX)
                return -ENAMETOOLONG;

        *ret = TAKE_PTR(name);
        return 0;
}

int unit_escape_specifiers(const char *text, char **ret)
{
        char *escaped, *t;

        t = escaped = malloc(strlen(text) * 2 + 1);
        if (!escaped)
                return -ENOMEM;

        for (; *text; text++) {
                if (*text == '%')
                        *t++ = '%';
                *t++ = *text;
        }
        *t = '\0';

        *ret = escaped;
        return 0;
}

static int is_control(char c)
{
        return (unsigned char) c < ' ' || c == 0x7f;
}

static int needs_quotes(const char *text)
{
        for (const char *p = text; *p; p++)
                if ((unsigned char) *p < 0x80 && !strchr(BARE_CHARS, *p))
                        return 1;

        return *text == '\0';
}

/* Appends C as it stands between double quotes. Backslashes are an escape in command lines only
 * (systemd splits those with EXTRACT_CUNESCAPE, lists of paths with EXTRACT_RETAIN_ESCAPE); closing
 * the quotes for a quotation mark works in both. */
static char *append_quoted(char *t, char c, int command)
{
        if (c == '"')
                return stpcpy(t, "\"'\"'\"");
        if (command && is_control(c))
                return append_hex(t, c);
        if (c == '%' || (command && (c == '$' || c == '\\')))
                *t++ = c;
        *t++ = c;
        return t;
}

int unit_quote_word(const char *text, int dollar, char **ret)
{
        _cleanup_free_ char *word = NULL;
        int quotes = needs_quotes(text);
        char *t;

        for (const char *p = text; !dollar && *p; p++)
                if (is_control(*p))
                        return -EINVAL; /* no way to write it there */

        t = word = malloc(strlen(text) * 5 + 3);
        if (!word)
                return -ENOMEM;

        if (quotes)
                *t++ = '"';
        for (; *text; text++)
                t = append_quoted(t, *text, dollar);
        if (quotes)
                *t++ = '"';
        *t = '\0';

        *ret = TAKE_PTR(word);
        return 0;
}

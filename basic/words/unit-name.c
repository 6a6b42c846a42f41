/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/unit-name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Characters of a path that are kept in a unit name (VALID_CHARS in systemd's src/basic/words/unit-name.c,
 * without what the escaping itself needs). */
#define NAME_CHARS DIGITS LETTERS ":_."

/* Characters that need no quotes in a word; bytes of UTF-8 sequences need none either. */
#define BARE_CHARS DIGITS LETTERS "/:_.,=+-@%$"

/* Characters of the name of any unit (VALID_CHARS in systemd's src/basic/unit-name.c, and "@"). */
#define UNIT_CHARS DIGITS LETTERS ":-_.\\@"

/* The types of units (src/basic/unit-def.c), each between two blanks. */
static const char suffixes[] =
        " service mount swap socket target device automount timer path slice scope ";

static bool is_suffix(const char *word)
{
        char spaced[sizeof(" automount ")];
        int n = snprintf(spaced, sizeof(spaced), " %s ", word);

        return n > 2 && (size_t) n < sizeof(spaced) && strstr(suffixes, spaced);
}

int unit_name_check(const char *name, const char **ret_phrase)
{
        const char *dot = strrchr(name, '.');

        if (strlen(name) > UNIT_NAME_LENGTH_DROP_INS)
                *ret_phrase = "is too long for the name of a unit with drop-ins";
        else if (name[strspn(name, UNIT_CHARS)] != '\0')
                *ret_phrase =
                        "contains characters that no unit has in its name; see systemd-escape(1)";
        else if (!dot || !is_suffix(dot + 1))
                *ret_phrase =
                        "does not end like a unit: in .service, .socket, .target, .mount, .timer, "
                        ".path, .slice or another of systemd.unit(5)";
        else if (dot == name || *name == '@')
                *ret_phrase = "has nothing before the suffix or the @";
        else
                return 0;
        return -EINVAL;
}

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

static bool is_control(char c)
{
        return (unsigned char) c < ' ' || c == 0x7f;
}

static bool needs_quotes(const char *text)
{
        for (const char *p = text; *p; p++)
                if ((unsigned char) *p < 0x80 && !strchr(BARE_CHARS, *p))
                        return true;

        return *text == '\0';
}

/* Closing the quotes for a quotation mark works in command lines and in lists of paths. */
static char *append_quotation_mark(char *t)
{
        return stpcpy(t, "\"'\"'\"");
}

/* systemd splits command lines with EXTRACT_CUNESCAPE: a backslash is an escape. */
static char *append_to_argument(char *t, char c)
{
        if (c == '"')
                return append_quotation_mark(t);
        if (is_control(c))
                return append_hex(t, c);
        if (c == '%' || c == '$' || c == '\\')
                *t++ = c;
        *t++ = c;
        return t;
}

/* systemd splits lists of paths with EXTRACT_RETAIN_ESCAPE: a backslash is a backslash. */
static char *append_to_path(char *t, char c)
{
        if (c == '"')
                return append_quotation_mark(t);
        if (c == '%')
                *t++ = c;
        *t++ = c;
        return t;
}

static int quote(const char *text, char *(*append)(char *t, char c), char **ret)
{
        bool quotes = needs_quotes(text);
        char *word, *t;

        t = word = malloc(strlen(text) * 5 + 3);
        if (!word)
                return -ENOMEM;

        if (quotes)
                *t++ = '"';
        for (; *text; text++)
                t = append(t, *text);
        if (quotes)
                *t++ = '"';
        *t = '\0';

        *ret = word;
        return 0;
}

int unit_quote_argument(const char *text, char **ret)
{
        return quote(text, append_to_argument, ret);
}

int unit_quote_path(const char *path, char **ret)
{
        for (const char *p = path; *p; p++)
                if (is_control(*p))
                        return -EINVAL;

        return quote(path, append_to_path, ret);
}

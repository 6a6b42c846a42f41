/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/escape.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

bool character_is_deceptive(uint32_t c)
{
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
               (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
               (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff);
}

/* One step of a conversion: writes the character C, LENGTH bytes at BYTES, to OUT; LENGTH 0: the byte
 * at BYTES is part of no character. */
typedef void (*write_character_t)(FILE *out, const char *bytes, size_t length, uint32_t c);

static char *convert(const char *bytes, write_character_t write_character)
{
        _cleanup_free_ char *text = NULL;
        size_t size, length;
        uint32_t c = 0;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;

        for (const char *p = bytes; *p; p += length ?: 1) {
                length = utf8_decode(p, SIZE_MAX, &c);
                write_character(out, p, length, c);
        }

        return fclose(out) == 0 ? TAKE_PTR(text) : NULL;
}

static void write_escape(FILE *out, const char *bytes, size_t length, uint32_t c)
{
        if (length == 0)
                fprintf(out, "\\x%02x", (unsigned char) *bytes);
        else if (c == '\n')
                fputs("\\n", out);
        else if (c == '\t')
                fputs("\\t", out);
        else if (c < 0x80)
                fprintf(out, "\\x%02x", (unsigned) c);
        else
                fprintf(out, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned) c);
}

/* Whether a terminal in this locale shows the character, and takes the columns for it that we count. */
static bool locale_shows(uint32_t c)
{
        return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && wcwidth((wchar_t) c) >= 0;
}

static void write_name(FILE *out, const char *bytes, size_t length, uint32_t c)
{
        if (length == 1 && c == '\\')
                fputs("\\\\", out);
        else if (length == 0 || character_is_deceptive(c) || (c >= 0x80 && !locale_shows(c)))
                write_escape(out, bytes, length, c);
        else
                fwrite(bytes, 1, length, out);
}

static void write_sentence(FILE *out, const char *bytes, size_t length, uint32_t c)
{
        if (length == 1 && c == '\t')
                fputc(' ', out);
        else if (length == 0 || character_is_deceptive(c))
                write_escape(out, bytes, length, c);
        else
                fwrite(bytes, 1, length, out);
}

static void write_utf8(FILE *out, const char *bytes, size_t length, uint32_t c)
{
        if (length == 0)
                fputs(REPLACEMENT, out);
        else
                fwrite(bytes, 1, length, out);
}

/* RFC 8259, section 7: beyond U+FFFF as a pair of surrogates. */
static void write_json(FILE *out, const char *bytes, size_t length, uint32_t c)
{
        if (length == 0 || c == '\n' || !character_is_deceptive(c))
                write_utf8(out, bytes, length, c);
        else if (c <= 0xffff)
                fprintf(out, "\\u%04x", (unsigned) c);
        else
                fprintf(out, "\\u%04x\\u%04x", (unsigned) (0xd800 + ((c - 0x10000) >> 10)),
                        (unsigned) (0xdc00 + ((c - 0x10000) & 0x3ff)));
}

char *text_escape(const char *bytes)
{
        return convert(bytes, write_name);
}

char *text_to_line(const char *text)
{
        return convert(text, write_sentence);
}

char *text_to_utf8(const char *bytes)
{
        return convert(bytes, write_utf8);
}

char *text_to_plain_json(const char *text)
{
        return convert(text, write_json);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/text.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "basic/cleanup.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Decodes one character of UTF-8 (RFC 3629: shortest form, no surrogates, up to U+10FFFF). Returns
 * its length, or 0 if BYTES does not start with one. */
static size_t decode(const char *bytes, uint32_t *ret)
{
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        const unsigned char *b = (const unsigned char *) bytes;
        size_t length = b[0] < 0x80             ? 1
                        : (b[0] & 0xe0) == 0xc0 ? 2
                        : (b[0] & 0xf0) == 0xe0 ? 3
                        : (b[0] & 0xf8) == 0xf0 ? 4
                                                : 0;
        uint32_t c;

        if (length == 0)
                return 0;

        c = length == 1 ? b[0] : b[0] & (0x7fU >> length);
        for (size_t i = 1; i < length; i++) {
                if ((b[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (b[i] & 0x3f);
        }
        if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
                return 0;

        *ret = c;
        return length;
}

static bool locale_is_utf8(void)
{
        return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Characters that are there and not seen, or turn the direction of what follows. */
static bool is_deceptive(uint32_t c)
{
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
               (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
               (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff);
}

static void escape_character(FILE *out, const char *bytes, size_t length, uint32_t c)
{
        if (c == '\\')
                fputs("\\\\", out);
        else if (c == '\n')
                fputs("\\n", out);
        else if (c == '\t')
                fputs("\\t", out);
        else if (c < 0x80 && is_deceptive(c))
                fprintf(out, "\\x%02x", (unsigned) c);
        else if (c < 0x80 || (locale_is_utf8() && !is_deceptive(c) && wcwidth((wchar_t) c) >= 0))
                fwrite(bytes, 1, length, out);
        else
                fprintf(out, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned) c);
}

char *text_escape(const char *bytes)
{
        _cleanup_free_ char *text = NULL;
        size_t size, length;
        uint32_t c;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;

        for (const char *p = bytes; *p; p += length) {
                length = decode(p, &c);
                if (length > 0) {
                        escape_character(out, p, length, c);
                } else {
                        fprintf(out, "\\x%02x", (unsigned char) *p);
                        length = 1;
                }
        }

        return fclose(out) == 0 ? TAKE_PTR(text) : NULL;
}

static size_t character_width(const char *text, size_t *ret_length)
{
        uint32_t c;
        int width;

        *ret_length = decode(text, &c);
        if (*ret_length <= 1) {
                *ret_length = 1;
                return 1;
        }
        width = wcwidth((wchar_t) c);
        return width < 0 ? 1 : (size_t) width;
}

size_t text_width(const char *text)
{
        size_t width = 0, length;

        for (; *text; text += length)
                width += character_width(text, &length);
        return width;
}

size_t text_fit(const char *text, size_t width, size_t *ret_columns)
{
        size_t bytes = 0, columns = 0, space_bytes = 0, space_columns = 0, length, w;

        while (text[bytes]) {
                w = character_width(text + bytes, &length);
                if (columns + w > width && bytes > 0)
                        break;
                columns += w;
                bytes += length;
                if (text[bytes - 1] == ' ') {
                        space_bytes = bytes;
                        space_columns = columns;
                }
        }

        if (text[bytes] && text[bytes] != ' ' && space_bytes > 0) {
                bytes = space_bytes;
                columns = space_columns;
        }
        *ret_columns = columns;
        return bytes;
}

char *text_to_utf8(const char *bytes)
{
        _cleanup_free_ char *text = NULL;
        size_t size, length;
        uint32_t c;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;

        for (const char *p = bytes; *p; p += length) {
                length = decode(p, &c);
                if (length > 0) {
                        fwrite(p, 1, length, out);
                } else {
                        fputs(REPLACEMENT, out);
                        length = 1;
                }
        }

        return fclose(out) == 0 ? TAKE_PTR(text) : NULL;
}

char *text_bytes(uint64_t bytes)
{
        static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
        uint64_t unit = 1;
        size_t i = 0;
        char *text;
        int r;

        while (bytes / unit >= 1024 && i + 1 < ELEMENTSOF(units)) {
                unit *= 1024;
                i++;
        }

        if (bytes == 0)
                r = asprintf(&text, "0");
        else if (bytes % unit == 0 || i == 0)
                r = asprintf(&text, "%" PRIu64 " %s", bytes / unit, units[i]);
        else
                r = asprintf(&text, "%.1f %s", (double) bytes / (double) unit, units[i]);
        return r < 0 ? NULL : text;
}

char *text_age(int64_t seconds)
{
        char *text;
        int r;

        if (seconds < 0)
                seconds = 0;

        if (seconds < 120)
                r = asprintf(&text, "%" PRIi64 " s", seconds);
        else if (seconds < 120 * 60)
                r = asprintf(&text, "%" PRIi64 " min", seconds / 60);
        else if (seconds < 48 * 3600)
                r = asprintf(&text, "%" PRIi64 " h", seconds / 3600);
        else
                r = asprintf(&text, "%" PRIi64 " d", seconds / 86400);
        return r < 0 ? NULL : text;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/text.h"

#include <inttypes.h>
#include <string.h>
#include <wchar.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"

static size_t character_width(const char *text, size_t *ret_length)
{
        uint32_t c;
        int width;

        *ret_length = utf8_decode(text, SIZE_MAX, &c);
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

char *text_wrap(const char *text, size_t width, size_t indent)
{
        /* At worst each line has one byte of the text. */
        char *lines = malloc(strlen(text) * (indent + 2) + 1), *end = lines;
        size_t columns;

        if (!lines)
                return NULL;
        while (*text) {
                size_t bytes = text_fit(text, width, &columns), shown = bytes;

                while (shown > 0 && text[bytes] && text[shown - 1] == ' ')
                        shown--;
                if (end > lines)
                        *end++ = '\n';
                memset(end, ' ', indent);
                memcpy(end + indent, text, shown);
                end += indent + shown;
                text += bytes + (text[bytes] == ' ');
        }
        *end = '\0';
        return lines;
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

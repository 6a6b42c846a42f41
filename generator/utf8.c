/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/utf8.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The length of the UTF-8 sequence that P starts with; 0 if it starts with none (RFC 3629: neither
 * overlong forms nor surrogates nor anything beyond U+10FFFF). */
static size_t sequence_length(const unsigned char *p)
{
        static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t length = *p < 0x80             ? 1
                        : (*p & 0xe0) == 0xc0 ? 2
                        : (*p & 0xf0) == 0xe0 ? 3
                        : (*p & 0xf8) == 0xf0 ? 4
                                              : 0;
        uint32_t c;

        if (length <= 1)
                return length;

        c = *p & (0x7fU >> length);
        for (size_t i = 1; i < length; i++) {
                if ((p[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (p[i] & 0x3f);
        }

        return c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : length;
}

char *utf8_printable(const char *text)
{
        char *copy = strdup(text);

        for (char *p = copy; p && *p;) {
                size_t length = sequence_length((const unsigned char *) p);

                if (length == 0 || (unsigned char) *p < ' ' || *p == 0x7f)
                        *p = '?';
                p += length ?: 1;
        }

        return copy;
}

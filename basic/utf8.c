/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/utf8.h"

/* The bytes of the character whose first one is FIRST; 0 if no character starts with it. */
static size_t sequence_length(unsigned char first)
{
        if (first < 0x80)
                return 1;
        if (first >= 0xc2 && first <= 0xdf)
                return 2;
        if (first >= 0xe0 && first <= 0xef)
                return 3;
        if (first >= 0xf0 && first <= 0xf4)
                return 4;
        return 0;
}

size_t utf8_decode(const char *bytes, size_t size, uint32_t *ret)
{
        static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
        const unsigned char *b = (const unsigned char *) bytes;
        size_t length = size > 0 ? sequence_length(b[0]) : 0;
        uint32_t c;

        if (length == 0 || length > size)
                return 0;

        c = length == 1 ? b[0] : b[0] & (0x7fU >> length);
        for (size_t i = 1; i < length; i++) {
                if ((b[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (b[i] & 0x3f);
        }
        if (c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
                return 0;

        *ret = c;
        return length;
}

bool utf8_is_valid(const char *text, size_t size)
{
        const char *end = text + size;
        size_t length;
        uint32_t c;

        for (; text < end; text += length) {
                length = utf8_decode(text, (size_t) (end - text), &c);
                if (length == 0)
                        return false;
        }
        return true;
}

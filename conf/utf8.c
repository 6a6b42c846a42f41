/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf/utf8.h"

#include <stdint.h>

/* The number of bytes after FIRST, or -1 if no sequence starts with it. */
static int continuation_bytes(unsigned char first)
{
        if (first < 0x80)
                return 0;
        if (first >= 0xc2 && first <= 0xdf)
                return 1;
        if (first >= 0xe0 && first <= 0xef)
                return 2;
        if (first >= 0xf0 && first <= 0xf4)
                return 3;
        return -1;
}

bool utf8_is_valid(const char *text, size_t size)
{
        static const uint32_t smallest[] = { 0, 0x80, 0x800, 0x10000 };
        const unsigned char *p = (const unsigned char *) text, *end = p + size;

        while (p < end) {
                int n = continuation_bytes(*p);
                uint32_t c;

                if (n < 0 || end - p <= n)
                        return false;

                c = n == 0 ? *p : *p & (0x3fU >> n);
                for (int i = 1; i <= n; i++) {
                        if ((p[i] & 0xc0) != 0x80)
                                return false;
                        c = c << 6 | (p[i] & 0x3f);
                }
                if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
                        return false;
                p += n + 1;
        }
        return true;
}

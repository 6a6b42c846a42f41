/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/printable.h"

#include <stddef.h>
#include <string.h>

#include "conf/utf8.h"

#define SEQUENCE_MAX 4

/* The length of the UTF-8 sequence that TEXT starts with; 0 if it starts with none. */
static size_t sequence_length(const char *text)
{
        for (size_t n = 1; n <= SEQUENCE_MAX && text[n - 1]; n++)
                if (utf8_is_valid(text, n))
                        return n;

        return 0;
}

char *printable(const char *text)
{
        char *copy = strdup(text);

        for (char *p = copy; p && *p;) {
                size_t length = sequence_length(p);

                if (length == 0 || (unsigned char) *p < ' ' || *p == 0x7f)
                        *p = '?';
                p += length ?: 1;
        }

        return copy;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A list in the value of a mount option: "+" stands for its commas or blanks, which would end the option. The
 * generator packs what the mount helper unpacks. */

#include <string.h>

/* Packs LIST, whose items SEPARATOR divides, in place. */
static inline void packed_list_make(char *list, char separator)
{
        while ((list = strchr(list, separator)))
                *list = '+';
}

/* The inverse. */
static inline void packed_list_open(char *list, char separator)
{
        while ((list = strchr(list, '+')))
                *list = separator;
}

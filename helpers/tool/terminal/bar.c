/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/terminal/bar.h"

#include <stdlib.h>
#include <string.h>

void bar_divide(const uint64_t *parts, size_t n, unsigned cells, unsigned *ret)
{
        uint64_t total = 0;
        unsigned given = 0;

        for (size_t i = 0; i < n; i++)
                total += parts[i];
        for (size_t i = 0; i < n; i++) {
                ret[i] = total > 0 ? (unsigned) ((double) parts[i] / (double) total * cells) : 0;
                if (ret[i] == 0 && parts[i] > 0)
                        ret[i] = 1;
                given += ret[i];
        }

        /* Rounding errors are corrected where they are least visible. */
        while (total > 0 && given != cells) {
                size_t widest = 0;

                for (size_t i = 1; i < n; i++)
                        if (ret[i] > ret[widest])
                                widest = i;
                if (given < cells) {
                        ret[widest] += cells - given;
                        return;
                }
                ret[widest]--;
                given--;
        }
}

char *bar_draw(const uint64_t parts[3], unsigned cells)
{
        static const char *const shades[] = { "█", "▒", "░" };
        char *text = malloc(cells * strlen(shades[0]) + 1), *end = text;
        unsigned widths[3];

        if (!text)
                return NULL;
        bar_divide(parts, 3, cells, widths);
        for (size_t i = 0; i < 3; i++)
                for (unsigned j = 0; j < widths[i]; j++)
                        end = stpcpy(end, shades[i]);
        *end = '\0';
        return text;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 31

static size_t min_of(size_t a, size_t b)
{
        return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
        return tolower((unsigned char) a) == tolower((unsigned char) b);
}

size_t nearest_distance(const char *a, const char *b)
{
        size_t length_a = strlen(a), length_b = strlen(b);
        size_t cost[WORD_MAX + 1][WORD_MAX + 1];

        if (length_a > WORD_MAX || length_b > WORD_MAX)
                return SIZE_MAX;

        for (size_t i = 0; i <= length_a; i++)
                cost[i][0] = i;
        for (size_t j = 0; j <= length_b; j++)
                cost[0][j] = j;

        for (size_t i = 1; i <= length_a; i++)
                for (size_t j = 1; j <= length_b; j++) {
                        size_t replaced = cost[i - 1][j - 1] + !same_letter(a[i - 1], b[j - 1]);

                        cost[i][j] =
                                min_of(replaced, min_of(cost[i - 1][j] + 1, cost[i][j - 1] + 1));
                        if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                            same_letter(a[i - 2], b[j - 1]))
                                cost[i][j] = min_of(cost[i][j], cost[i - 2][j - 2] + 1);
                }

        return cost[length_a][length_b];
}

void nearest_consider(struct nearest *nearest, const char *candidate)
{
        size_t length = strlen(nearest->wanted);
        size_t distance = nearest_distance(nearest->wanted, candidate);
        size_t allowed = (strlen(candidate) + 2) / 3;

        if (length >= 2 && strncasecmp(nearest->wanted, candidate, length) == 0)
                distance = 0;
        if (strlen(candidate) >= 3 &&
            strncasecmp(nearest->wanted, candidate, strlen(candidate)) == 0)
                distance = 0;
        if (distance > allowed || distance >= nearest->distance)
                return;

        nearest->word = candidate;
        nearest->distance = distance;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/common/suggest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 31

static size_t min_of(size_t a, size_t b)
{
        return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b)
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
                        size_t replaced = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

                        cost[i][j] =
                                min_of(replaced, min_of(cost[i - 1][j] + 1, cost[i][j - 1] + 1));
                        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                                cost[i][j] = min_of(cost[i][j], cost[i - 2][j - 2] + 1);
                }

        return cost[length_a][length_b];
}

void suggest_consider(struct suggestion *suggestion, const char *candidate)
{
        size_t length = strlen(suggestion->wanted);
        size_t distance = suggest_distance(suggestion->wanted, candidate);
        size_t allowed = (strlen(candidate) + 2) / 3;

        if (length >= 2 && strncmp(suggestion->wanted, candidate, length) == 0)
                distance = 0;
        if (strlen(candidate) >= 3 &&
            strncmp(suggestion->wanted, candidate, strlen(candidate)) == 0)
                distance = 0;
        if (distance > allowed || distance >= suggestion->distance)
                return;

        suggestion->nearest = candidate;
        suggestion->distance = distance;
}

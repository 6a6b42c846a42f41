/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/* How many letters must be inserted, removed, replaced or swapped with their neighbour to make A
 * into B (the restricted Damerau-Levenshtein distance). Words of up to 31 bytes; longer ones are as
 * far apart as (size_t) -1. Pure. */
size_t suggest_distance(const char *a, const char *b);

/* A running search for the word nearest to one that nobody knows. */
struct suggestion {
        const char *wanted;
        const char *nearest; /* NULL: nothing is near enough to be meant */
        size_t distance;
};

#define SUGGESTION_FOR(word)                              \
        {                                                 \
                .wanted = (word), .distance = (size_t) -1 \
        }

/* Considers CANDIDATE: near enough is when one begins with the other, or a third of the
 * letters is wrong. */
void suggest_consider(struct suggestion *suggestion, const char *candidate);

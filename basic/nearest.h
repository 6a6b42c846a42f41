/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Suggestions for unknown words. */

#include <stddef.h>

/* How many letters must be inserted, removed, replaced or swapped with the next one to turn A into B
 * (the restricted Damerau-Levenshtein distance), whatever their case. Words of up to 31 bytes; longer
 * ones are (size_t) -1 apart. Pure. */
size_t nearest_distance(const char *a, const char *b);

/* A search among candidates. */
struct nearest {
        const char *wanted;
        const char *word; /* the best candidate so far; NULL: none is near enough */
        size_t distance;
};

#define NEAREST_TO(text)                                  \
        {                                                 \
                .wanted = (text), .distance = (size_t) -1 \
        }

/* Considers CANDIDATE, whose text must outlive NEAREST: near enough is a word that the other one
 * begins with, or one of whose letters at most a third are wrong. */
void nearest_consider(struct nearest *nearest, const char *candidate);

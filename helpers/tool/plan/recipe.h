/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lines for the units that require domains (RequiredBy=). Only suggestions: binding a unit binds all of its
 * memory, and only its author knows what it locks. */

#include <stdint.h>
#include <stdio.h>

#include "helpers/tool/forecast/forecast.h"

/* For one unit, over all domains of the forecast that it requires. */
struct recipe {
        const char *unit;    /* in the configuration */
        const char *section; /* of its file that takes the lines, "Service" */
        char *nodes;         /* of the pages, "0,2"; NULL: all, or none */
        uint64_t bytes;      /* of the pages */
};

struct recipes {
        struct recipe *items;
        size_t n;
};

/* The units with such lines, in the order of the configuration; SYSFS as in struct machine. Without nodes,
 * nothing is said of nodes. -ENOMEM. */
int recipes_make(int sysfs, const struct forecast *forecast, struct recipes *ret);

/* As drop-ins that can be pasted. */
void recipes_print(const struct recipes *recipes, FILE *out);

/* As the schema's "recipes". */
struct json_object *recipes_json(const struct recipes *recipes);

void recipes_done(struct recipes *recipes);

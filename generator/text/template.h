/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Unit text with places to fill in: "{name}" stands for the value of that name. */

struct template_value {
        const char *name;
        const char *value; /* NULL drops the whole line */
};

/* Fills TEMPLATE from VALUES (ended by a NULL name). A place without a value is a bug in this
 * program: -ENXIO. Pure; caller frees *RET. */
int template_fill(const char *template, const struct template_value *values, char **ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/place-units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "generator/text/unit-file.h"
#include "generator/text/unit-text.h"

static void set_place(struct values *values, enum page_type type, const char *place)
{
        _cleanup_free_ char *parent = strdup(place);
        char option[32];

        if (!parent)
                return values_fail(values, -ENOMEM);
        *strrchr(parent, '/') = '\0';
        snprintf(option, sizeof(option), "%s-place", page_type_name(type));
        values_add_argument(values, VALUE_PLACES, option, place);
        values_add_path(values, VALUE_MOUNT_PATHS, place);
        /* prepare makes the directory */
        values_add_path(values, VALUE_BASE, *parent ? parent : "/");
}

void place_set_values(struct values *values, const struct mount_layout *layout)
{
        values_set(values, VALUE_PLACES, "");
        for (enum page_type type = 0; type < N_PAGE_TYPES; type++)
                if (layout->place_unit[type])
                        set_place(values, type, layout->domain->place[type]);
}

int place_write_unit(const struct output *output, struct values *values,
                     const struct mount_layout *layout, enum page_type type)
{
        values_set(values, VALUE_MOUNT, layout->unit[type]);
        values_set_text(values, VALUE_WHAT, layout->path[type]);
        values_set_text(values, VALUE_WHERE, layout->domain->place[type]);
        return unit_file_write(output, layout->place_unit[type], unit_text_place, values);
}

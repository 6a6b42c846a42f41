/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/text/unit-file.h"

#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "generator/text/template.h"

int unit_file_write(const struct output *output, const char *name, const char *text,
                    const struct values *values)
{
        _cleanup_free_ char *filled = NULL;
        int r;

        r = values->error ?: template_fill(text, values->list, &filled);
        if (r < 0)
                return log_error_errno(r, "Cannot compose %s: %m", name);

        return output_write_file(output, name, filled);
}

int unit_file_write_dropin(const struct output *output, const char *unit, const char *text,
                           const struct values *values)
{
        _cleanup_free_ char *name = NULL;

        if (!unit || asprintf(&name, "%s.d/" UNIT_DROP_IN, unit) < 0) {
                name = NULL;
                return log_oom();
        }

        return unit_file_write(output, name, text, values);
}

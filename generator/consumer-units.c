/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/consumer-units.h"

#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "generator/text/unit-file.h"
#include "generator/text/unit-text.h"
#include "generator/text/unit-vars.h"

static int write_dropin(const struct output *output, const struct domain *domain, const char *unit,
                        const struct values *values)
{
        _cleanup_free_ char *name = NULL;

        if (asprintf(&name, "%s.d/" UNIT_DROP_IN_OF_CONSUMER, unit, domain->name) < 0) {
                name = NULL;
                return log_oom();
        }
        return unit_file_write(output, name, unit_text_consumer, values);
}

int consumers_write_dropins(const struct output *output, const struct domain *domain)
{
        _cleanup_values_ struct values values = VALUES_INIT;
        int result = 0;

        values_set(&values, VALUE_DOMAIN, domain->name);
        values_set_text(&values, VALUE_SOURCE, domain->where.file);
        for (char **unit = domain->required_by; unit && *unit; unit++) {
                int r = write_dropin(output, domain, *unit, &values);

                result = result ?: r;
        }
        return result;
}

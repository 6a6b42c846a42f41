/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/error-units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/escape.h"
#include "basic/log.h"
#include "basic/unit-name.h"
#include "generator/unit-file.h"
#include "generator/unit-text.h"
#include "generator/unit-vars.h"

static int set_values(struct values *values, const struct domain *domain, const char *error)
{
        _cleanup_free_ char *message = text_to_line(error);
        int r;

        if (!message)
                return -ENOMEM;

        r = values_set_text(values, VALUE_SOURCE, domain->where.file);
        if (r >= 0)
                r = values_set(values, VALUE_DOMAIN, domain->name);
        if (r >= 0)
                r = values_set_text(values, VALUE_ERROR, message);
        if (r >= 0)
                r = values_set_argument(values, VALUE_ERROR_ARGUMENT, "--error=", message);
        return r;
}

int error_write_units(const struct output *output, const struct domain *domain, const char *error)
{
        _cleanup_free_ char *target = NULL, *service = NULL;
        _cleanup_values_ struct values values;
        int r;

        values_init(&values);
        r = set_values(&values, domain, error);
        if (r < 0)
                return log_error_errno(r, "domain %s: cannot be described: %m", domain->name);

        if (asprintf(&service, "fd-shmem-prepare@%s.service", domain->name) < 0)
                service = NULL;
        if (asprintf(&target, "fd-shmem@%s.target", domain->name) < 0)
                target = NULL;
        if (!service || !target)
                return log_oom();

        r = unit_file_write_dropin(output, service, unit_text_error_prepare, &values);
        if (r >= 0)
                r = unit_file_write_dropin(output, target, unit_text_error_target, &values);
        return r;
}

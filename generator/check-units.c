/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/check-units.h"

#include "basic/cleanup.h"
#include "basic/log.h"
#include "conf/changes.h"
#include "generator/unit-file.h"
#include "generator/unit-text.h"
#include "generator/unit-vars.h"

static int add_file(struct values *values, const char *path, const struct file_stamp *stamp)
{
        _cleanup_free_ char *record = NULL;
        int r = file_record_format(path, stamp, &record);

        return r < 0 ? r : values_add_argument(values, VALUE_READ, "--read=", record);
}

static int set_values(struct values *values, const struct config *config, const char *error)
{
        int r;

        r = values_set(values, VALUE_READ, "");
        for (size_t i = 0; config->files[i] && r >= 0; i++)
                r = add_file(values, config->files[i], &config->stamps[i]);
        if (r >= 0)
                r = error ? values_set_argument(values, VALUE_ERROR_ARGUMENT, "--error=", error)
                          : values_set(values, VALUE_ERROR_ARGUMENT, "");
        return r;
}

int check_write_units(const struct output *output, const struct config *config, const char *error)
{
        _cleanup_values_ struct values values;
        int r;

        if (!config->files || !config->files[0])
                return 0;

        values_init(&values);
        r = set_values(&values, config, error);
        if (r < 0)
                return log_error_errno(r, "the configuration's files cannot be described: %m");
        return unit_file_write_dropin(output, "fd-shmem-check.service", unit_text_check, &values);
}

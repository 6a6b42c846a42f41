/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/machine-units.h"

#include <inttypes.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "conf/changes.h"
#include "generator/unit-file.h"
#include "generator/unit-text.h"
#include "generator/unit-vars.h"

int machine_link_boot(const struct output *output)
{
        return output_write_link(output, "sysinit.target.wants/fd-shmem.target",
                                 SYSTEMUNITDIR "/fd-shmem.target");
}

static int add_file(struct values *values, const char *path, const struct file_stamp *stamp)
{
        _cleanup_free_ char *record = NULL;
        int r = file_record_format(path, stamp, &record);

        return r < 0 ? r : values_add_argument(values, VALUE_READ, "--read=", record);
}

static int set_check_values(struct values *values, const struct config *config, const char *error)
{
        int r;

        r = values_set(values, VALUE_READ, "");
        for (size_t i = 0; config->files[i] && r >= 0; i++)
                r = add_file(values, config->files[i], &config->stamps[i]);
        if (r < 0)
                return r;

        return error ? values_set_argument(values, VALUE_ERROR_ARGUMENT, "--error=", error)
                     : values_set(values, VALUE_ERROR_ARGUMENT, "");
}

int machine_write_check(const struct output *output, const struct config *config, const char *error)
{
        _cleanup_values_ struct values values;
        int r;

        values_init(&values);
        if (!config->files || !config->files[0])
                return 0;

        r = set_check_values(&values, config, error);
        if (r < 0)
                return log_error_errno(r, "the configuration's files cannot be described: %m");
        return unit_file_write_dropin(output, "fd-shmem-check.service", unit_text_check, &values);
}

/* " --repair=a --repair=b"; left unset if there is no domain to repair. */
static int set_repairs(struct values *values, const struct config *config)
{
        _cleanup_free_ char *text = NULL;
        size_t size, n = 0;
        FILE *f;

        f = open_memstream(&text, &size);
        if (!f)
                return -ENOMEM;
        for (size_t i = 0; i < config->n_domains; i++) {
                const struct domain *domain = config->domains + i;

                if (!domain->repair || domain->error)
                        continue;
                fprintf(f, " --repair=%s", domain->name);
                n++;
        }
        if (fclose(f) != 0)
                return -ENOMEM;
        return n > 0 ? values_set(values, VALUE_REPAIRS, text) : 0;
}

/* From timers.target at boot; from fd-shmem.target for a configuration that is loaded later. */
static int link_watch(const struct output *output)
{
        static const char *const links[] = {
                "timers.target.wants/fd-shmem-watch.timer",
                "fd-shmem.target.wants/fd-shmem-watch.timer",
        };

        for (size_t i = 0; i < ELEMENTSOF(links); i++) {
                int r = output_write_link(output, links[i], SYSTEMUNITDIR "/fd-shmem-watch.timer");

                if (r < 0)
                        return r;
        }
        return 0;
}

int machine_write_watch(const struct output *output, const struct config *config)
{
        _cleanup_values_ struct values values;
        int r;

        values_init(&values);
        if (config->watch_usec == 0)
                return 0;

        r = values_format(&values, VALUE_SPAN, "%" PRIu64 "us", config->watch_usec);
        if (r >= 0)
                r = set_repairs(&values, config);
        if (r < 0)
                return log_oom();

        r = unit_file_write_dropin(output, "fd-shmem-watch.timer", unit_text_watch_timer, &values);
        if (r >= 0 && values_get(&values, VALUE_REPAIRS))
                r = unit_file_write_dropin(output, "fd-shmem-watch.service",
                                           unit_text_watch_service, &values);
        return r < 0 ? r : link_watch(output);
}

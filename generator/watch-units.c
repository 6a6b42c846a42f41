/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/watch-units.h"

#include <inttypes.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "generator/unit-file.h"
#include "generator/unit-text.h"
#include "generator/unit-vars.h"

static int write_timer(const struct output *output, const struct config *config)
{
        _cleanup_values_ struct values values;
        int r;

        values_init(&values);
        r = values_format(&values, VALUE_SPAN, "%" PRIu64 "us", config->watch_usec);
        if (r < 0)
                return log_oom();
        return unit_file_write_dropin(output, "fd-shmem-watch.timer", unit_text_watch_timer,
                                      &values);
}

/* " --repair=a --repair=b" */
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

static int write_service(const struct output *output, const struct config *config)
{
        _cleanup_values_ struct values values;
        int r;

        values_init(&values);
        r = set_repairs(&values, config);
        if (r < 0)
                return log_oom();
        if (!values_get(&values, VALUE_REPAIRS))
                return 0;
        return unit_file_write_dropin(output, "fd-shmem-watch.service", unit_text_watch_service,
                                      &values);
}

/* timers.target for the boot; fd-shmem.target for a configuration that came later. */
int watch_write_units(const struct output *output, const struct config *config)
{
        static const char *const links[] = {
                "timers.target.wants/fd-shmem-watch.timer",
                "fd-shmem.target.wants/fd-shmem-watch.timer",
        };
        int r;

        if (config->watch_usec == 0)
                return 0;

        r = write_timer(output, config);
        if (r >= 0)
                r = write_service(output, config);
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(links); i++)
                r = output_write_link(output, links[i], SYSTEMUNITDIR "/fd-shmem-watch.timer");
        return r;
}

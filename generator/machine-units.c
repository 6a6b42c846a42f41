/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/machine-units.h"

#include <inttypes.h>

#include "basic/cleanup.h"
#include "basic/words/unit-table.h"
#include "conf/changes.h"
#include "generator/text/unit-file.h"
#include "generator/text/unit-text.h"
#include "generator/text/unit-vars.h"

int machine_link_boot(const struct output *output)
{
        return output_write_link(output, "sysinit.target.wants/" UNIT_TARGET,
                                 SYSTEMUNITDIR "/" UNIT_TARGET);
}

int machine_write_check(const struct output *output, const struct config *config, const char *error)
{
        _cleanup_values_ struct values values = VALUES_INIT;

        if (!config->files || !config->files[0])
                return 0;

        for (size_t i = 0; config->files[i]; i++) {
                _cleanup_free_ char *record = NULL;
                int r = file_record_format(config->files[i], &config->stamps[i], &record);

                if (r < 0)
                        values_fail(&values, r);
                else
                        values_add_argument(&values, VALUE_READ, "read", record);
        }
        values_set_argument(&values, VALUE_ERROR_ARGUMENT, "error", error);

        return unit_file_write_dropin(output, UNIT_CHECK, unit_text_check, &values);
}

/* From timers.target at boot; from fd-shmem.target for a configuration that is loaded later. */
static int link_watch(const struct output *output)
{
        static const char *const links[] = {
                "timers.target.wants/" UNIT_WATCH_TIMER,
                UNIT_TARGET ".wants/" UNIT_WATCH_TIMER,
        };

        for (size_t i = 0; i < ELEMENTSOF(links); i++) {
                int r = output_write_link(output, links[i], SYSTEMUNITDIR "/" UNIT_WATCH_TIMER);

                if (r < 0)
                        return r;
        }
        return 0;
}

int machine_write_watch(const struct output *output, const struct config *config)
{
        _cleanup_values_ struct values values = VALUES_INIT;
        int r;

        if (config->watch_usec == 0)
                return 0;

        values_format(&values, VALUE_SPAN, "%" PRIu64 "us", config->watch_usec);
        for (size_t i = 0; i < config->n_domains; i++)
                if (config->domains[i].repair && !config->domains[i].error)
                        values_add_argument(&values, VALUE_REPAIRS, "repair",
                                            config->domains[i].name);

        r = unit_file_write_dropin(output, UNIT_WATCH_TIMER, unit_text_watch_timer, &values);
        if (r >= 0 && values_get(&values, VALUE_REPAIRS))
                r = unit_file_write_dropin(output, UNIT_WATCH, unit_text_watch_service, &values);
        return r < 0 ? r : link_watch(output);
}

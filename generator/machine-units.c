/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generator/machine-units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "conf/changes.h"
#include "generator/text/unit-file.h"
#include "generator/text/unit-text.h"
#include "generator/text/unit-vars.h"

int machine_link_target(const struct output *output, enum phase phase)
{
        const struct phase_units *units = phase_units(phase);
        _cleanup_free_ char *name = NULL, *target = NULL;

        if (asprintf(&name, "%s.wants/%s", units->wanted_by, units->target) < 0)
                name = NULL;
        if (asprintf(&target, SYSTEMUNITDIR "/%s", units->target) < 0)
                target = NULL;
        if (!name || !target)
                return log_oom();

        return output_write_link(output, name, target);
}

/* Sets which files were read. */
static void set_files(struct values *values, const struct config *config)
{
        for (size_t i = 0; config->files[i]; i++) {
                _cleanup_free_ char *record = NULL;
                int r = file_record_format(config->files[i], &config->stamps[i], &record);

                if (r < 0)
                        values_fail(values, r);
                else
                        values_add_argument(values, VALUE_READ, "read", record);
        }
}

/* Sets the targets of the domains that are started in the PHASE at boot. */
static void set_domains(struct values *values, const struct config *config, enum phase phase)
{
        enum boot boot = phase == PHASE_LATE ? BOOT_LATE : BOOT_YES;

        for (size_t i = 0; i < config->n_domains; i++) {
                _cleanup_free_ char *target = NULL;

                if (domain_boot(&config->domains[i]) != boot)
                        continue;
                target = domain_unit_name(DOMAIN_TARGET, config->domains[i].name);
                if (target)
                        values_add_word(values, VALUE_DOMAIN_TARGETS, target);
                else
                        values_fail(values, -ENOMEM);
        }
}

int machine_write_check(const struct output *output, const struct config *config, enum phase phase,
                        const char *error)
{
        const struct phase_units *units = phase_units(phase);
        _cleanup_values_ struct values values = VALUES_INIT;
        bool domains;

        if (!config->files || !config->files[0])
                return 0;

        set_files(&values, config);
        set_domains(&values, config, phase);
        domains = values_get(&values, VALUE_DOMAIN_TARGETS);
        values_set_argument(&values, VALUE_TARGET_ARGUMENT, "target",
                            phase == PHASE_LATE ? units->target : NULL);
        values_set_argument(&values, VALUE_ERROR_ARGUMENT, "error", error);

        return unit_file_write_dropin(output, units->check,
                                      domains ? unit_text_check_domains : unit_text_check, &values);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem doctor: the checks of docs/troubleshooting.md, done here and now. */

#include "helpers/tool/doctor/doctor.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "conf/load.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"
#include "helpers/tool/inspect/collect.h"
#include "helpers/tool/inspect/damage.h"

static int (*const of_domain[])(struct doctor *doctor, const struct query_domain *domain) = {
        doctor_look_at_state,  doctor_look_at_shortage, doctor_look_at_regions,
        doctor_look_at_access, doctor_look_at_limits,
};

static int examine(struct doctor *doctor)
{
        int r = doctor_look_at_machine(doctor);

        for (size_t i = 0; i < doctor->query->n_domains; i++)
                for (size_t k = 0; k < sizeof(of_domain) / sizeof(*of_domain) && r >= 0; k++)
                        r = of_domain[k](doctor, doctor->query->domains + i);
        return r < 0 ? r : doctor_look_at_claims(doctor);
}

static void print_finding(const struct tool *tool, const struct finding *finding)
{
        _cleanup_free_ char *text = text_to_line(finding->text);

        fprintf(tool->out, "%s%s%s%s: %s\n    -> %s\n", finding->note ? "note: " : "",
                finding->symptom, finding->domain ? ", domain " : "", finding->domain ?: "",
                text ?: "?", finding->command);
}

/* Returns how many are wrong; notes are not. */
static size_t print_findings(const struct tool *tool, const struct doctor *doctor)
{
        size_t wrong = 0;

        for (size_t i = 0; i < doctor->n; i++)
                wrong += !doctor->findings[i].note;
        for (int note = 0; note <= 1; note++)
                for (size_t i = 0; i < doctor->n; i++)
                        if (doctor->findings[i].note == note)
                                print_finding(tool, doctor->findings + i);
        for (size_t i = 0; i < doctor->query->n_missing; i++)
                log_warning("Not looked at: %s", doctor->query->missing[i]);
        if (wrong == 0)
                fprintf(tool->out, "%zu domain%s looked at, nothing wrong found\n",
                        doctor->query->n_domains, doctor->query->n_domains == 1 ? "" : "s");
        return wrong;
}

static void ignore_problem(int level, const char *file, unsigned line, const char *message,
                           void *userdata)
{
}

/* Those that should be up, or were to be started, and are not. */
static int list_down(const struct query *query, char ***ret)
{
        size_t n = 0;

        for (size_t i = 0; i < query->n_domains; i++) {
                const struct query_domain *domain = query->domains + i;

                if (domain->name && domain->declared && domain->state == STATE_DOWN &&
                    (domain->boots || domain->failure) &&
                    string_list_add(ret, &n, domain->name) < 0)
                        return log_oom();
        }
        return n > 0;
}

/* What a start would do; -ENOENT: there is nothing to start. The problems of the configuration are those of its domains,
 * found with these. */
static int make_forecast(const struct tool *tool, const struct query *query, struct config *config,
                         struct forecast *ret)
{
        _cleanup_strings_ char **names = NULL;
        int r = list_down(query, &names);

        if (r <= 0)
                return r < 0 ? r : -ENOENT;
        r = config_load(tool->root, ignore_problem, NULL, config);
        return r < 0 ? r : forecast_make(tool, config, names, ret);
}

static int look(struct tool *tool, const char *only, const char *user, size_t *ret_wrong)
{
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_query_ struct query query = {};
        _cleanup_config_ struct config config = {};
        _cleanup_forecast_ struct forecast forecast = {};
        _cleanup_doctor_ struct doctor doctor = { .tool = tool, .query = &query, .user = user };
        _cleanup_free_ char *reload = NULL;
        int r = query_collect(tool, only, &query);

        if (r >= 0)
                r = query_find_damage(tool, only, &query);
        if (r < 0)
                return r;
        query.switched_off = reload_switched_off(tool);
        (void) manager_connect(&bus);
        doctor.reload = reload = reload_reason(tool, bus);
        if (make_forecast(tool, &query, &config, &forecast) >= 0)
                doctor.forecast = &forecast;

        r = examine(&doctor);
        if (r < 0)
                return r;
        *ret_wrong = print_findings(tool, &doctor);
        return 0;
}

int verb_doctor(struct tool *tool, int argc, char **argv)
{
        const char *user = NULL;
        size_t wrong;
        int c, r;

        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_USER)
                        user = optarg;
                else
                        return tool_usage(tool, argv[0]);

        (void) setlocale(LC_CTYPE, "");
        r = look(tool, argv[optind], user, &wrong);
        if (r == -ENOENT)
                return TOOL_NO_DOMAIN;
        return r < 0 ? r : wrong > 0 ? TOOL_FAILED : TOOL_OK;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem start, stop, restart: like systemctl, but waits for the result and reports the real
 * outcome: systemctl reports success for the stop of a target even if the teardown fails, and shows
 * a failed start without its reason, which is found in another unit. */

#include <getopt.h>
#include <string.h>

#include "basic/log.h"
#include "basic/words/arguments.h"
#include "basic/words/unit-table.h"
#include "conf/load.h"
#include "helpers/tool/apply/aftermath.h"
#include "helpers/tool/apply/preview.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/reload-hint.h"

static int parse(const struct tool *tool, int argc, char **argv, bool *ret_dry_run)
{
        int c;

        *ret_dry_run = false;
        while ((c = tool_next_option(tool, argc, argv)) >= 0) {
                if (c != OPTION_DRY_RUN)
                        return tool_usage(tool, argv[0]);
                *ret_dry_run = true;
        }
        return TOOL_OK;
}

/* Runs METHOD of the domain's target, or of that of all and, if there are LATE domains that it does not
 * reach, of theirs, to its end. */
static int run_target(struct work *work, const char *method, const char *domain, bool late)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        _cleanup_free_ char *unit = domain ? domain_unit_name(DOMAIN_TARGET, domain) : NULL;

        if (domain && !unit)
                return log_oom();
        work_queue(work, &jobs, method, unit ?: UNIT_TARGET, "replace");
        if (late && !domain)
                work_queue(work, &jobs, method, UNIT_LATE_TARGET, "replace");
        return work_wait(work, &jobs);
}

/* Start or restart. */
static int bring_up(struct tool *tool, int argc, char **argv, const char *method)
{
        _cleanup_config_ struct config config = {};
        _cleanup_work_ struct work work = {};
        bool errors, dry_run;
        int r = parse(tool, argc, argv, &dry_run);

        if (r != TOOL_OK)
                return r;
        r = configuration_load(tool, &config, &errors);
        if (r >= 0)
                r = reload_refuse_switched_off(tool);
        if (r >= 0 && argv[optind] && !config_find(&config, argv[optind]))
                r = log_error_errno(ENOENT, "The configuration declares no domain %s",
                                    argv[optind]);
        if (r >= 0)
                r = work_begin(tool, dry_run, &work);
        if (r >= 0)
                r = run_target(&work, method, argv[optind], config_boots(&config, BOOT_LATE));
        if (r >= 0 && dry_run)
                return preview_start(&work, &config, argv + optind,
                                     strcmp(method, "RestartUnit") == 0);
        if (r >= 0)
                r = work_wait_for_quiet(&work, true);
        if (r >= 0)
                r = aftermath_of_start(&work, &config, argv + optind);
        return work.failed ? TOOL_FAILED : r;
}

int verb_start(struct tool *tool, int argc, char **argv)
{
        return bring_up(tool, argc, argv, "StartUnit");
}

int verb_restart(struct tool *tool, int argc, char **argv)
{
        return bring_up(tool, argc, argv, "RestartUnit");
}

int verb_stop(struct tool *tool, int argc, char **argv)
{
        _cleanup_live_ struct live before = {};
        _cleanup_work_ struct work work = {};
        const char *only;
        bool dry_run;
        int r = parse(tool, argc, argv, &dry_run);

        if (r != TOOL_OK)
                return r;
        only = argv[optind];
        if (only && !domain_name_is_safe(only))
                return log_error_errno(EINVAL, "'%s' is not the name of a domain", only);
        r = live_look(tool, &before);
        if (r >= 0)
                r = work_begin(tool, dry_run, &work);
        /* Also for domains that are not up: a start may be in progress. Late ones stop with the others. */
        if (r >= 0)
                r = run_target(&work, "StopUnit", only, false);
        if (r < 0)
                return r;
        if (only ? !live_find(&before, only) : before.n == 0)
                fprintf(tool->out, "%s is down\n", only ?: "every domain");
        if (dry_run)
                return preview_stop(&work, &before, only);
        r = aftermath_of_stop(&work, &before, only);
        return work.failed ? TOOL_FAILED : r;
}

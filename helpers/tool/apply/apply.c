/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem apply: brings the machine in line with the configuration, according to the plan. */

#include <getopt.h>
#include <locale.h>
#include <string.h>

#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "conf/load.h"
#include "helpers/tool/apply/aftermath.h"
#include "helpers/tool/common/configuration.h"
#include "helpers/tool/common/options.h"
#include "helpers/tool/common/question.h"
#include "helpers/tool/common/reload-hint.h"

/* All generators together have 90 s (src/core/manager.c). */
#define RELOAD_USEC (UINT64_C(180) * 1000 * 1000)

struct options {
        bool yes, dry_run;
};

static int parse(const struct tool *tool, int argc, char **argv, struct options *ret)
{
        int c;

        *ret = (struct options){};
        while ((c = tool_next_option(tool, argc, argv)) >= 0)
                if (c == OPTION_YES)
                        ret->yes = true;
                else if (c == OPTION_DRY_RUN)
                        ret->dry_run = true;
                else
                        return tool_usage(tool, argv[0]);
        return TOOL_OK;
}

/* Before anything is done, the reload included. */
static int check_terminal(void)
{
        if (question_is_possible())
                return 0;
        return log_error_errno(ENOTTY,
                               "Nobody can be asked here, so nothing was done; use --yes, or see "
                               "\"fd-shmem plan\"");
}

static int load_configuration(const struct tool *tool, struct config *ret)
{
        bool errors;
        int r = configuration_load(tool, ret, &errors);

        if (r >= 0 && errors)
                r = log_error_errno(EINVAL, "The configuration has errors; nothing was done");
        return r;
}

static int reload(struct work *work)
{
        int r = work_wait_for_quiet(work, false);

        if (r < 0)
                return r;
        r = manager_reload(work->bus, RELOAD_USEC);
        if (r < 0)
                return log_error_errno(r, "Cannot reload systemd: %m");
        return 0;
}

/* Checks for obstacles, before anything is done. */
static int check(const struct scheme *scheme)
{
        if (scheme->fails)
                return log_error_errno(EINVAL, "Not all of this would succeed; nothing was done");
        if (scheme_is_held(scheme))
                return log_error_errno(
                        EBUSY, "A domain is in use by the processes named above; nothing was done");
        return 0;
}

/* The common targets are up, or failed, depending on the state of their domains when they were started. */
static int start_all(struct work *work, const struct scheme *scheme)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};

        if (config_boots(scheme->config, BOOT_YES))
                work_queue(work, &jobs, "StartUnit", UNIT_TARGET, "replace");
        if (config_boots(scheme->config, BOOT_LATE))
                work_queue(work, &jobs, "StartUnit", UNIT_LATE_TARGET, "replace");
        return work_wait(work, &jobs);
}

static int perform(struct work *work, const struct scheme *scheme, bool all)
{
        int r = work_perform(work, scheme);

        if (r >= 0 && all)
                r = start_all(work, scheme);
        if (r >= 0)
                r = work_watch(work, scheme);
        if (r >= 0 && !work->dry_run)
                r = work_wait_for_quiet(work, true);
        return r;
}

static int run(struct work *work, char *const *only, bool yes)
{
        const struct tool *tool = work->tool;
        _cleanup_config_ struct config config = {};
        _cleanup_scheme_ struct scheme scheme = {};
        int r;

        r = reload_refuse_switched_off(tool);
        if (r >= 0)
                r = load_configuration(tool, &config);
        if (r >= 0 && !work->dry_run)
                r = reload(work);
        if (r >= 0)
                r = scheme_make(tool, work->bus, &config, only, &scheme);
        if (r >= 0)
                r = scheme_print_table(&scheme, tool->out);
        fflush(tool->out);
        if (r >= 0)
                r = check(&scheme);
        if (r < 0 || !scheme.changes)
                return r;
        if (!yes && !work->dry_run && !question_ask(tool->out, "\nDo this?")) {
                log_notice("Nothing was done.");
                return TOOL_FAILED;
        }

        if (work->dry_run && scheme.stale)
                fputs("Would make systemd reload the configuration first\n", tool->out);
        r = perform(work, &scheme, !*only);
        return r < 0 || work->dry_run ? r : aftermath_of_start(work, &config, only);
}

int verb_apply(struct tool *tool, int argc, char **argv)
{
        _cleanup_work_ struct work work = {};
        struct options options;
        int r = parse(tool, argc, argv, &options);

        if (r != TOOL_OK)
                return r;
        if (!options.yes && !options.dry_run)
                r = check_terminal();
        if (r >= 0)
                r = work_begin(tool, options.dry_run, &work);
        (void) setlocale(LC_CTYPE, "");
        if (r >= 0)
                r = run(&work, argv + optind, options.yes);
        /* Any remaining difference should have been resolved. */
        return work.failed || r == TOOL_CHANGES ? TOOL_FAILED : r;
}

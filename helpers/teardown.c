/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-teardown: takes a domain down, based only on the ledger and the mount table. If a region is in
 * use, it reports the holder, leaves the rest to the next attempt, and fails. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/arguments.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/holders/waiting.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/outcome.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/manager/unit-sync.h"
#include "helpers/modules/stop/lost-record.h"
#include "helpers/modules/stop/teardown-steps.h"

/* Pauses between attempts that fail for another reason than a holder. */
#define PAUSE_FIRST_SEC 2
#define PAUSE_MAX_SEC   32

static const char *arg_domain;
static const char *arg_path;
static bool arg_mounts[N_PAGE_TYPES];
static bool arg_wait;
static bool arg_if_killed;
static bool arg_rollback;
static bool arg_if_unfinished;

/* PATH and MOUNTS are for a domain whose record is lost, by hand: they are what prepare was given. */
static int parse_arguments(int argc, char **argv)
{
        static const struct argument table[] = {
                { "domain", argument_domain, &arg_domain },    { "path", argument_path, &arg_path },
                { "mounts", argument_page_types, arg_mounts }, { "wait", NULL, &arg_wait },
                { "if-killed", NULL, &arg_if_killed },         { "rollback", NULL, &arg_rollback },
                { "if-unfinished", NULL, &arg_if_unfinished }, {},
        };

        if (arguments_parse(argc, argv, table) < 0 || !arg_domain)
                return log_error_errno(
                        EINVAL,
                        "Usage: %s --domain=NAME [--path=PATH --mounts=TYPE,...] [--wait] "
                        "[--if-killed] [--if-unfinished] [--rollback]",
                        argv[0]);
        return 0;
}

/* Tries until it is done. For a domain in use, waits for its holders. Other errors may be corrected by
 * the administrator, e.g. by moving a directory away: these are retried at growing intervals. */
static int tear_down_until_done(struct teardown *t)
{
        unsigned pause = PAUSE_FIRST_SEC;
        int r = 0;

        while (!unit_sync_is_up(t->bus, arg_domain)) {
                r = teardown_attempt(t);
                if (r >= 0)
                        break;
                if (r == -EBUSY) {
                        pause = PAUSE_FIRST_SEC;
                        r = waiting_for_holders(&t->blockers.holders);
                        if (r < 0)
                                break;
                } else {
                        report_status("Trying again in %u seconds: %s", pause, strerror(-r));
                        (void) poll(NULL, 0, (int) pause * 1000);
                        pause = pause < PAUSE_MAX_SEC ? pause * 2 : PAUSE_MAX_SEC;
                        r = 0;
                }
                if (!ledger_is_leftover(t->machine.state, arg_domain))
                        return 0; /* somebody else completed it, or the domain starts again */
        }
        return r;
}

/* The unit that completes the teardown after the holder is gone is started now, not only after systemd
 * has finished the other stops: a further stop, however soon, finds it and makes it try once more. */
static void leave_to_watcher(struct teardown *t)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_LEFTOVER, arg_domain), *job = NULL;
        int r;

        /* It has a job if it is the one that runs us; and a start needs no watcher. */
        if (!unit || !t->bus || manager_job_type(t->bus, unit, &job) != -ENOENT ||
            unit_sync_start_is_queued(t->bus, arg_domain))
                return;
        r = manager_queue_job(t->bus, "StartUnit", unit, "ignore-dependencies");
        if (r < 0)
                (void) log_warning_errno(r, "Cannot start %s: %m", unit);
}

/* systemd.exec(5): how the commands before us in the unit ended. */
static bool predecessor_was_killed(void)
{
        const char *result = getenv("SERVICE_RESULT");

        return result && (strcmp(result, "signal") == 0 || strcmp(result, "core-dump") == 0 ||
                          strcmp(result, "oom-kill") == 0);
}

/* A rollback conflicts with the unit whose stop tears the domain down: that goes first. */
static bool is_rollback(sd_bus *bus)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_ROLLBACK, arg_domain), *job = NULL;

        return arg_rollback ||
               (unit && manager_job_type(bus, unit, &job) >= 0 && strcmp(job, "start") == 0);
}

/* A successful stop clears earlier failures. The reason why a start failed is kept when the start has
 * been rolled back, whatever the result of that. */
static int conclude(const struct teardown *t, bool rollback, int r)
{
        if (rollback)
                return r;
        if (r < 0)
                return outcome_failure(arg_domain, r);
        if (t->restart)
                report_status(t->kept ? "Busy mounts are kept through the restart"
                                      : "Unmounted; the pages are kept through the restart");
        else {
                outcome_forget(&t->machine, arg_domain);
                report_status("Nothing of the domain is left");
        }
        return 0;
}

static int run(struct teardown *t)
{
        bool rollback;
        int r;

        (void) manager_connect(&t->bus);
        t->restart = unit_sync_restart_is_queued(t->bus, arg_domain) &&
                     unit_sync_stop_undeclared(t->bus, arg_domain);
        rollback = is_rollback(t->bus);
        if (rollback)
                outcome_explain_mounts(t->bus, &t->machine, arg_domain);
        outcome_watch();
        /* Only a stop handles lost records; programs that complete a stop find the record restored. */
        r = arg_wait || arg_if_killed || rollback
                    ? 0
                    : lost_record_find(&t->machine, t->bus, arg_domain, arg_path, arg_mounts,
                                       &t->lost);
        if (r >= 0)
                r = arg_wait ? tear_down_until_done(t) : teardown_attempt(t);
        if (r == -EBUSY && !arg_wait)
                leave_to_watcher(t);
        return conclude(t, rollback, r);
}

int main(int argc, char **argv)
{
        _cleanup_(teardown_done) struct teardown t = { .machine = MACHINE_NULL, .lock = -1 };

        if (parse_arguments(argc, argv) < 0)
                return EXIT_FAILURE;
        if (arg_if_killed && !predecessor_was_killed())
                return EXIT_SUCCESS;

        report_open(arg_domain);
        t.name = arg_domain;
        if (machine_open("", &t.machine) < 0)
                return EXIT_FAILURE;
        /* systemd.service(5): ExecStop= also follows a main process that has ended by itself. It may have
         * done so because the domain is up again. */
        if (arg_if_unfinished && !ledger_is_leftover(t.machine.state, arg_domain))
                return EXIT_SUCCESS;
        return run(&t) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

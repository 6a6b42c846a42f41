/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-teardown: takes a domain down, by the ledger and the mount table alone. What it cannot do
 * because somebody holds a region it says, leaves for the next time, and fails. */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "basic/arguments.h"
#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/removal.h"
#include "helpers/modules/base/way-in.h"
#include "helpers/modules/holders/waiting.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/settings.h"
#include "helpers/modules/manager/consumers.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/mount-units.h"
#include "helpers/modules/manager/outcome.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/manager/unit-sync.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/stop/lost-record.h"
#include "helpers/modules/stop/pages-in-use.h"
#include "helpers/modules/stop/unmount.h"

/* While the one that we wait for makes progress, we ask for this much time at least: more than we are
 * patient when he makes none. */
#define ALIVE_USEC (90 * UINT64_C(1000000))

#define MODE_USEC (UINT64_C(30) * 1000000)

static const char *arg_domain;
static const char *arg_path;
static bool arg_mounts[N_PAGE_TYPES];
static bool arg_wait;
static bool arg_if_killed;
static bool arg_rollback;
static bool arg_if_unfinished;

struct teardown {
        struct machine machine;
        sd_bus *bus;
        struct ledger_domain domain; /* path is NULL if the ledger does not have it */
        struct lost_record lost;
        struct blockers blockers;
        struct unmounted ends; /* what was unmounted in this attempt */
        bool rollback;         /* of a start that failed */
        bool restart;
        bool kept;   /* something in use is kept through a restart */
        int refused; /* why the base directory is left as it is; 0: it is not */
};

static void teardown_done(struct teardown *t)
{
        blockers_done(&t->blockers);
        unmounted_done(&t->ends);
        lost_record_done(&t->lost);
        ledger_domain_done(&t->domain);
        manager_disconnect(&t->bus);
        machine_close(&t->machine);
}

static int parse_option(int c)
{
        switch (c) {
        case 'd':
                arg_domain = optarg;
                return 0;
        case 'p':
                arg_path = optarg;
                return 0;
        case 'm':
                return page_types_parse(optarg, arg_mounts);
        case 'w':
                arg_wait = true;
                return 0;
        case 'k':
                arg_if_killed = true;
                return 0;
        case 'r':
                arg_rollback = true;
                return 0;
        case 'u':
                arg_if_unfinished = true;
                return 0;
        default:
                return -EINVAL;
        }
}

/* PATH and MOUNTS are for a domain whose record is lost, by hand: they are what prepare was given. */
static int parse_arguments(int argc, char **argv)
{
        static const struct option options[] = {
                { "domain", required_argument, NULL, 'd' },
                { "path", required_argument, NULL, 'p' },
                { "mounts", required_argument, NULL, 'm' },
                { "wait", no_argument, NULL, 'w' },
                { "if-killed", no_argument, NULL, 'k' },
                { "rollback", no_argument, NULL, 'r' },
                { "if-unfinished", no_argument, NULL, 'u' },
                {},
        };
        int c, r = 0;

        while (r >= 0 && (c = getopt_long(argc, argv, "", options, NULL)) >= 0)
                r = parse_option(c);
        if (r < 0 || optind != argc || !arg_domain || !domain_name_is_safe(arg_domain) ||
            (arg_path && arg_path[0] != '/'))
                return log_error_errno(
                        EINVAL,
                        "Usage: %s --domain=NAME [--path=PATH --mounts=TYPE,...] [--wait] "
                        "[--if-killed] [--if-unfinished] [--rollback]",
                        argv[0]);
        return 0;
}

static int on_waiting(const struct ledger_wait *wait, void *userdata)
{
        report_status("Waiting for %s", wait->holder);
        if (wait->progress)
                report_extend_timeout(ALIVE_USEC);
        return 0;
}

static int load_domain(struct teardown *t)
{
        int r;

        ledger_domain_done(&t->domain);
        t->domain = (struct ledger_domain){};
        r = ledger_load_domain(&t->machine, arg_domain, &t->domain);
        if (r != -ENOENT)
                return r;
        t->domain.name = strdup(arg_domain);
        return t->domain.name ? 0 : log_oom();
}

/* Obstacles are told once, not at every try of every program that tries. */
static void report_blockers(struct teardown *t)
{
        const char *text = t->blockers.text ?: "";

        report_status("In use: %.*s", (int) strcspn(text, "\n"), text);
        if (ledger_tell_leftover(t->machine.state, arg_domain, text))
                return;
        blockers_log(&t->blockers, LOG_ERR);
        log_error("Domain %s is in use; what is in use stays as it is. The teardown completes as "
                  "soon as it can, or at the next stop; a start continues from here.",
                  arg_domain);
}

/* A directory that is not ours, or that cannot be reached safely, stays as it is; what we mounted and
 * reserved is taken back all the same. */
static int close_base(struct teardown *t)
{
        int r;

        if (!t->domain.path || (!t->restart && way_in_is_open(&t->domain)))
                return 0;
        r = removal_close_base(&t->domain);
        t->refused = r == -ESTALE || r == -ENOLINK ? r : 0;
        return t->refused < 0 ? 0 : r;
}

/* In a restart, what is in use is kept, and the start that follows continues from there. */
static int unmount(struct teardown *t)
{
        int r;

        if (!t->domain.path)
                return 0;
        blockers_done(&t->blockers);
        unmounted_done(&t->ends);
        r = unmount_domain(&t->machine, &t->domain, t->domain.mount, &t->ends, &t->blockers);
        if (r != -EBUSY)
                return r;
        mount_units_keep(t->bus, &t->domain);
        if (!t->restart) {
                if (t->refused == 0)
                        way_in_open(&t->domain);
                report_blockers(t);
                return r;
        }
        blockers_log(&t->blockers, LOG_WARNING);
        log_warning(
                "Domain %s is in use; what is in use stays as it is through the restart, and new "
                "mount options do not apply to it.",
                arg_domain);
        t->kept = true;
        return 0;
}

static int release_type(struct teardown *t, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        _cleanup_close_ int held = -1;
        uint64_t surplus;
        int r;

        held = ledger_lock(&t->machine, page_type_name(type), on_waiting, NULL);
        if (held < 0)
                return held;
        (void) settings_restore(&t->machine, type);
        r = ledger_load_reservation(&t->machine, arg_domain, type, &reservation);
        /* Whoever was killed around its first or last write has left the baseline, without a record. */
        if (r == -ENOENT)
                return ledger_remove_reservation(t->machine.state, arg_domain, type);
        if (r < 0)
                return r;
        if (t->kept || (t->restart && unit_sync_is_declared(t->bus, arg_domain, type)))
                return 0;
        /* In a restart of the domain there is no next start for pages that are not declared any more. */
        if (!reservation.release && !t->restart) {
                log_info("The %s pages stay in the pools for the next start (Release=no).",
                         page_type_name(type));
                return 0;
        }
        if (pool_surplus_all(t->machine.sysfs, type, &surplus) < 0)
                surplus = UINT64_MAX;
        r = release_reservation(&t->machine, arg_domain, type);
        pages_in_use_tell(&t->machine, type, surplus);
        return r;
}

/* A restart keeps them: a gigantic page that was let go may not come back. */
static int release_pages_of_domain(struct teardown *t)
{
        int r = release_type(t, PAGE_GIGANTIC);

        return r < 0 ? r : release_type(t, PAGE_HUGE);
}

/* In a restart the mount points alone: what other mount namespaces have mounted on them goes with them,
 * and the start that follows makes new ones. */
static int remove_mount_points(struct teardown *t)
{
        int r = 0;

        for (int type = 0; type < N_PAGE_TYPES && r >= 0; type++)
                if (t->domain.mount[type])
                        r = removal_drop_mount_point(&t->domain, type);
        return r;
}

static int remove_directories(struct teardown *t)
{
        _cleanup_free_ char *mount = NULL;
        int r;

        if (!t->domain.path || t->kept || t->refused < 0)
                return 0;
        if (t->restart)
                return remove_mount_points(t);
        r = removal_run(&t->domain, &mount);
        if (mount) {
                blockers_done(&t->blockers);
                if (blockers_add(&t->blockers, "%s: something is mounted there: unmount it",
                                 mount) >= 0)
                        report_blockers(t);
        }
        return r;
}

/* A directory that existed before may have been setgid: a unit of its own may make it so again. */
static int restore_mode(struct teardown *t)
{
        _cleanup_free_ char *unit = NULL;
        int r;

        if (!t->domain.path || t->restart || t->kept || t->refused < 0 ||
            !removal_lacks_mode(&t->domain))
                return 0;
        if (asprintf(&unit, "fd-shmem-mode@%s.service", arg_domain) < 0) {
                unit = NULL;
                return log_oom();
        }
        r = manager_run_job(t->bus, "StartUnit", unit, "ignore-dependencies", MODE_USEC);
        return r < 0 ? log_error_errno(r, "%s: its mode is not %04o again: %s: %m", t->domain.path,
                                       (unsigned) t->domain.base_mode, unit)
                     : 0;
}

/* With its mount points gone, nothing of the domain should be left. The record stays until it is so. */
static int check_ends(struct teardown *t)
{
        int r = unmount_check_ends(&t->machine, &t->domain, &t->ends, &t->blockers);

        if (r >= 0 && !t->restart)
                r = pages_in_use_check(&t->machine, &t->domain, &t->ends, &t->blockers);
        if (r == -EBUSY)
                report_blockers(t);
        return r;
}

static int forget_domain(struct teardown *t)
{
        if (t->restart || !t->domain.path)
                return 0;
        return t->refused < 0 ? t->refused : ledger_remove_domain(t->machine.state, arg_domain);
}

/* One attempt. -EBUSY: somebody holds the domain. Every error was logged. */
static int tear_down(struct teardown *t)
{
        _cleanup_close_ int held = -1;
        int r;

        r = ledger_mark_leftover(t->machine.state, arg_domain);
        if (r >= 0)
                r = load_domain(t);
        if (r >= 0)
                r = consumers_wait_for_start(t->bus, &t->domain);
        if (r >= 0 && !t->restart)
                unit_sync_retire_preparation(t->bus, arg_domain);
        if (r >= 0)
                r = consumers_wait_for_stop(t->bus, &t->domain);
        if (r >= 0)
                r = held = ledger_lock_domain(&t->machine, arg_domain, on_waiting, NULL);
        if (r >= 0)
                r = lost_record_restore(&t->machine, &t->lost);
        if (r >= 0)
                r = load_domain(t);
        if (r >= 0)
                r = close_base(t);
        if (r >= 0)
                r = unmount(t);
        if (r >= 0)
                r = remove_directories(t);
        if (r >= 0)
                r = restore_mode(t);
        if (r >= 0 && t->domain.path && !t->kept)
                r = check_ends(t);
        if (r >= 0)
                r = release_pages_of_domain(t);
        if (r >= 0)
                r = forget_domain(t);
        if (r >= 0 && !t->kept)
                mount_units_wait_until_gone(t->bus, &t->domain);
        if (r >= 0)
                r = ledger_clear_leftover(t->machine.state, arg_domain);
        if (r >= 0 && !t->restart)
                unit_sync_units(t->bus, &t->domain);
        return r < 0 ? r : lost_record_check_pages(&t->machine, &t->lost);
}

/* Tries until it is done, whenever a holder has ended and every few seconds. */
static int tear_down_until_done(struct teardown *t)
{
        int r = 0;

        while (!unit_sync_is_started(t->bus, arg_domain) && (r = tear_down(t)) < 0) {
                r = waiting_for_holders(&t->blockers.holders);
                if (r < 0)
                        break;
                if (!ledger_is_leftover(t->machine.state, arg_domain))
                        return 0; /* somebody else completed it, or the domain starts again */
        }
        return r;
}

/* Who completes it when the holder is gone runs from now on, not only when systemd has finished what it
 * stops along with us: a further stop, however soon, finds it and makes it try once more. */
static void leave_to_watcher(struct teardown *t)
{
        _cleanup_free_ char *unit = NULL, *job = NULL;
        int r;

        if (asprintf(&unit, "fd-shmem-leftover@%s.service", arg_domain) < 0) {
                unit = NULL;
                return;
        }
        /* It has a job if it is the one that runs us; and a start needs no watcher. */
        if (!t->bus || manager_job_type(t->bus, unit, &job) != -ENOENT ||
            unit_sync_is_overtaken(t->bus, arg_domain))
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
        _cleanup_free_ char *unit = NULL, *job = NULL;

        if (arg_rollback)
                return true;
        if (asprintf(&unit, "fd-shmem-rollback@%s.service", arg_domain) < 0) {
                unit = NULL;
                return false;
        }
        return manager_job_type(bus, unit, &job) >= 0 && strcmp(job, "start") == 0;
}

/* A stop that has succeeded ends what was wrong before. What made a start fail stays known when the start
 * has been rolled back, whatever came of that. */
static int conclude(struct teardown *t, int r)
{
        if (t->rollback)
                return r;
        if (r < 0)
                return outcome_failure(arg_domain, r);
        if (t->restart)
                report_status(t->kept ? "What is in use is kept through the restart"
                                      : "Unmounted; the pages are kept through the restart");
        else {
                outcome_forget(&t->machine, arg_domain);
                report_status("Nothing of the domain is left");
        }
        return 0;
}

/* What was lost is a matter for a stop; those who complete one find the record there again. */
static int find_lost_record(struct teardown *t)
{
        if (arg_wait || arg_if_killed || t->rollback)
                return 0;
        return lost_record_find(&t->machine, t->bus, arg_domain, arg_path, arg_mounts, &t->lost);
}

int main(int argc, char **argv)
{
        _cleanup_(teardown_done) struct teardown t = { .machine = MACHINE_NULL };
        int r;

        r = parse_arguments(argc, argv);
        if (r < 0)
                return EXIT_FAILURE;
        if (arg_if_killed && !predecessor_was_killed())
                return EXIT_SUCCESS;

        report_open(arg_domain);
        r = machine_open("", &t.machine);
        if (r < 0)
                return EXIT_FAILURE;
        /* systemd.service(5): ExecStop= also follows a main process that has ended by itself. It may have
         * done so because the domain is up again. */
        if (arg_if_unfinished && !ledger_is_leftover(t.machine.state, arg_domain))
                return EXIT_SUCCESS;
        (void) manager_connect(&t.bus);
        t.restart = unit_sync_is_restart(t.bus, arg_domain) &&
                    unit_sync_end_undeclared(t.bus, arg_domain);

        t.rollback = is_rollback(t.bus);
        if (t.rollback)
                outcome_explain_mounts(t.bus, &t.machine, arg_domain);
        outcome_watch();
        r = find_lost_record(&t);
        if (r >= 0)
                r = arg_wait ? tear_down_until_done(&t) : tear_down(&t);
        if (r == -EBUSY && !arg_wait)
                leave_to_watcher(&t);
        return conclude(&t, r) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/stop/teardown-steps.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/base/removal.h"
#include "helpers/modules/base/way-in.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/ledger/settings.h"
#include "helpers/modules/manager/consumers.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/mount-units.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/manager/unit-sync.h"
#include "helpers/modules/places/places.h"
#include "helpers/modules/reserve/release.h"
#include "helpers/modules/stop/pages-in-use.h"

#define MODE_USEC (UINT64_C(30) * 1000000)

static int mark_leftover(struct teardown *t)
{
        return ledger_mark_leftover(t->machine.state, t->name);
}

static int load_record(struct teardown *t)
{
        int r;

        ledger_domain_done(&t->domain);
        t->domain = (struct ledger_domain){};
        r = ledger_load_domain(&t->machine, t->name, &t->domain);
        if (r != -ENOENT)
                return r;
        t->domain.name = strdup(t->name);
        return t->domain.name ? 0 : log_oom();
}

static int wait_for_start(struct teardown *t)
{
        return consumers_wait_for_start(t->bus, &t->domain);
}

static int stop_preparation(struct teardown *t)
{
        unit_sync_stop_preparation(t->bus, t->name);
        return 0;
}

static int wait_for_stop(struct teardown *t)
{
        return consumers_wait_for_stop(t->bus, &t->domain);
}

static int lock_domain(struct teardown *t)
{
        t->lock = ledger_lock_domain(&t->machine, t->name, report_waiting, NULL);
        return t->lock;
}

static int restore_record(struct teardown *t)
{
        return lost_record_restore(&t->machine, &t->lost);
}

/* A directory that is not ours, or that cannot be reached safely, is left unchanged; our mounts and
 * reservations are removed nevertheless. */
static int close_base(struct teardown *t)
{
        int r;

        if (!t->restart && way_in_is_open(&t->domain))
                return 0;
        r = removal_close_base(&t->domain);
        t->refused = r == -ESTALE || r == -ENOLINK ? r : 0;
        return t->refused < 0 ? 0 : r;
}

/* In a restart, mounts in use are kept, and the start that follows continues from there. */
static int unmount(struct teardown *t)
{
        int r = unmount_domain(&t->machine, &t->domain, t->domain.mount, &t->ends, &t->blockers);

        if (r != -EBUSY)
                return r;
        mount_units_keep(t->bus, &t->domain);
        if (!t->restart) {
                if (t->refused == 0)
                        way_in_open(&t->domain);
                return r;
        }
        blockers_log(&t->blockers, LOG_WARNING);
        log_warning("domain %s: in use, keeping busy mounts through the restart, without new mount "
                    "options",
                    t->name);
        t->kept = true;
        return 0;
}

/* In a restart, only the mount points: mounts on them in other mount namespaces are removed with them,
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
        int r = places_remove(&t->domain);

        if (r >= 0)
                r = removal_run(&t->domain, &mount);

        if (mount &&
            blockers_add(&t->blockers, "%s: something is mounted there; unmount it", mount) < 0)
                return -ENOMEM;
        return r;
}

/* A directory that existed before may have been setgid: a unit of its own may make it so again. */
static int restore_mode(struct teardown *t)
{
        _cleanup_free_ char *unit = NULL;
        int r;

        if (!removal_lacks_mode(&t->domain))
                return 0;
        unit = domain_unit_name(DOMAIN_MODE, t->name);
        if (!unit)
                return log_oom();
        r = manager_run_job(t->bus, "StartUnit", unit, "ignore-dependencies", MODE_USEC);
        return r < 0 ? log_error_errno(r, "Cannot restore the mode of %s, %04o: %s: %m",
                                       t->domain.path, (unsigned) t->domain.base_mode, unit)
                     : 0;
}

/* With its mount points gone, nothing of the domain should be left. The record stays until it is so. */
static int check_ends(struct teardown *t)
{
        return unmount_check_ends(&t->machine, &t->domain, &t->ends, &t->blockers);
}

static int check_pages_in_use(struct teardown *t)
{
        return pages_in_use_check(&t->machine, &t->domain, &t->ends, &t->blockers);
}

static int release_type(struct teardown *t, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation reservation = {};
        struct page_size size = ledger_reservation_size(t->machine.state, t->name, type);
        _cleanup_close_ int lock = -1;
        uint64_t surplus;
        int r;

        lock = ledger_lock(&t->machine, page_size_name(size), report_waiting, NULL);
        if (lock < 0)
                return lock;
        (void) settings_restore(&t->machine, size);
        r = ledger_load_reservation(&t->machine, t->name, type, &reservation);
        /* A program killed around its first or last write has left the baseline without a record. */
        if (r == -ENOENT)
                return ledger_remove_reservation(t->machine.state, t->name, type);
        if (r < 0)
                return r;
        /* A gigantic page that is released for a restart may not be available again. */
        if (t->kept || (t->restart && unit_sync_reservation_is_declared(t->bus, t->name, type)))
                return 0;
        /* In a restart of the domain there is no next start for pages that are not declared any more. */
        if (!reservation.release && !t->restart) {
                log_info("The %s pages stay in the pools for the next start (Release=no)",
                         page_size_name(size));
                return 0;
        }
        if (pool_surplus_all(t->machine.sysfs, size, &surplus) < 0)
                surplus = UINT64_MAX;
        r = release_reservation(&t->machine, t->name, type);
        pages_in_use_tell(&t->machine, size, surplus);
        return r;
}

static int release_all_pages(struct teardown *t)
{
        for_each_pool_type(type) {
                int r = release_type(t, type);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int check_refused(struct teardown *t)
{
        return t->refused;
}

static int remove_record(struct teardown *t)
{
        return ledger_remove_domain(t->machine.state, t->name);
}

static int wait_for_mount_units(struct teardown *t)
{
        mount_units_wait_until_gone(t->bus, &t->domain);
        return 0;
}

static int clear_leftover(struct teardown *t)
{
        return ledger_clear_leftover(t->machine.state, t->name);
}

static int sync_units(struct teardown *t)
{
        unit_sync_after_stop(t->bus, &t->domain);
        return 0;
}

static int check_lost_pages(struct teardown *t)
{
        return lost_record_check_pages(&t->machine, &t->lost);
}

/* When a step is left out. */
enum {
        ON_STOP = 1 << 0, /* one that is not the first half of a restart */
        ON_RESTART = 1 << 1,
        NO_RECORD = 1 << 2, /* the ledger has no directory and no mount of the domain */
        KEPT = 1 << 3,
        REFUSED = 1 << 4,
};

struct step {
        const char *name; /* as in "cannot ..." */
        int (*run)(struct teardown *t);
        unsigned skip;
};

static const struct step steps[] = {
        { "note that the teardown is under way", mark_leftover, 0 },
        { "read the domain's record", load_record, 0 },
        { "wait for units that are starting", wait_for_start, 0 },
        { "stop the preparation", stop_preparation, ON_RESTART },
        { "wait for units that use the domain", wait_for_stop, 0 },
        { "lock the domain", lock_domain, 0 },
        { "restore the lost record", restore_record, 0 },
        { "read the domain's record", load_record, 0 },
        { "close the base directory", close_base, NO_RECORD },
        { "unmount", unmount, NO_RECORD },
        { "remove the mount points", remove_mount_points, ON_STOP | NO_RECORD | KEPT | REFUSED },
        { "remove the directories", remove_directories, ON_RESTART | NO_RECORD | KEPT | REFUSED },
        { "restore the directory's mode", restore_mode, ON_RESTART | NO_RECORD | KEPT | REFUSED },
        { "wait for the end of the file systems", check_ends, NO_RECORD | KEPT },
        { "check that the pages are free", check_pages_in_use, ON_RESTART | NO_RECORD | KEPT },
        { "release the pages", release_all_pages, 0 },
        { "take back the base directory", check_refused, ON_RESTART | NO_RECORD },
        { "remove the domain's record", remove_record, ON_RESTART },
        { "wait until systemd sees the unmounts", wait_for_mount_units, KEPT },
        { "note that the teardown is complete", clear_leftover, 0 },
        { "bring systemd's units up to date", sync_units, ON_RESTART },
        { "account for pages whose record is lost", check_lost_pages, 0 },
};

/* Checked before each step: earlier steps read the record, and determine what to keep or refuse. */
static unsigned conditions(const struct teardown *t)
{
        return (t->restart ? ON_RESTART : ON_STOP) | (t->domain.path ? 0 : NO_RECORD) |
               (t->kept ? KEPT : 0) | (t->refused < 0 ? REFUSED : 0);
}

/* Logged once, not for every attempt of every program. */
static void report_blockers(struct teardown *t)
{
        const char *text = t->blockers.text;

        report_status("In use: %.*s", (int) strcspn(text, "\n"), text);
        if (ledger_tell_leftover(t->machine.state, t->name, text))
                return;
        blockers_log(&t->blockers, LOG_ERR);
        log_error("domain %s: in use, leaving busy mounts in place; the teardown is retried when "
                  "their "
                  "holders exit, or at the next stop; a start continues from here",
                  t->name);
}

static void reset(struct teardown *t)
{
        blockers_done(&t->blockers);
        unmounted_done(&t->ends);
        closep(&t->lock);
        t->lock = -1;
        t->kept = false;
        t->refused = 0;
}

int teardown_attempt(struct teardown *t)
{
        const struct step *step;
        int r = 0;

        reset(t);
        for (step = steps; step < steps + ELEMENTSOF(steps); step++) {
                if (step->skip & conditions(t))
                        continue;
                r = step->run(t);
                if (r < 0)
                        break;
        }
        closep(&t->lock);
        t->lock = -1;
        if (r == -EBUSY && t->blockers.text)
                report_blockers(t);
        else if (r < 0)
                (void) log_error_errno(r, "domain %s: the teardown cannot %s: %m", t->name,
                                       step->name);
        return r < 0 ? r : 0;
}

void teardown_done(struct teardown *t)
{
        reset(t);
        lost_record_done(&t->lost);
        ledger_domain_done(&t->domain);
        manager_disconnect(&t->bus);
        machine_close(&t->machine);
}

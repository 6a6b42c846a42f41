/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fd-shmem-prepare: makes a domain's base directory and mount points, closed to all but root, after
 * entering them in the ledger, after making sure that a stop from here on tears them down. Of a domain
 * without mounts it only does the latter. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/words/arguments.h"
#include "basic/words/unit-table.h"
#include "conf/switch-reason.h"
#include "helpers/modules/base/base.h"
#include "helpers/modules/base/removal.h"
#include "helpers/modules/drift/drift-handover.h"
#include "helpers/modules/kernel/machine.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/ledger/open.h"
#include "helpers/modules/manager/departure.h"
#include "helpers/modules/manager/jobs.h"
#include "helpers/modules/manager/manager.h"
#include "helpers/modules/manager/mount-units.h"
#include "helpers/modules/manager/outcome.h"
#include "helpers/modules/manager/report.h"
#include "helpers/modules/manager/unit-sync.h"
#include "helpers/modules/mounts/mount-table.h"
#include "helpers/modules/places/places.h"
#include "helpers/modules/stop/unmount.h"

/* The teardown unit has nothing to execute at start: it is up as soon as systemd gets to it. */
#define TEARDOWN_START_USEC (30 * UINT64_C(1000000))

static const char *arg_domain;
static const char *arg_path;
static const char *arg_error;
static bool arg_no_mounts; /* no path either */
static bool arg_mounts[N_PAGE_TYPES];
static struct page_size arg_size[N_PAGE_TYPES];
static bool arg_foreign[N_PAGE_TYPES];
static const char *arg_place[N_PAGE_TYPES];

static int parse_arguments(int argc, char **argv)
{
        static const struct argument table[] = {
                { "domain", argument_domain, &arg_domain },
                { "path", argument_path, &arg_path },
                { "mounts", argument_page_types, arg_mounts },
                { "foreign", argument_page_types, arg_foreign },
                { "normal-place", argument_path, &arg_place[PAGE_NORMAL] },
                { "huge-place", argument_path, &arg_place[PAGE_HUGE] },
                { "gigantic-place", argument_path, &arg_place[PAGE_GIGANTIC] },
                { "no-mounts", NULL, &arg_no_mounts },
                { "huge-size", argument_page_size, &arg_size[PAGE_HUGE] },
                { "gigantic-size", argument_page_size, &arg_size[PAGE_GIGANTIC] },
                { "error", argument_text, &arg_error },
                {},
        };

        if (arguments_parse(argc, argv, table) < 0 || !arg_domain)
                return log_error_errno(
                        EINVAL,
                        "Usage: %s --domain=NAME --path=PATH --mounts=TYPE,... "
                        "[--foreign=TYPE,...] [--TYPE-place=PATH]... [--huge-size=SIZE] [--gigantic-size=SIZE] "
                        "| --domain=NAME --no-mounts [--huge-size=SIZE] [--gigantic-size=SIZE] "
                        "| --domain=NAME --error=MESSAGE",
                        argv[0]);
        return 0;
}

/* Explains, from the configuration, why the name is not a domain. */
static int check_declaration(void)
{
        if (arg_error)
                return log_error_errno(EINVAL, "%s", arg_error);
        if (!arg_path && !arg_no_mounts) {
                _cleanup_close_ int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
                const char *off = switch_reason(root_fd, switch_in_container(root_fd));

                if (off)
                        return log_error_errno(EPERM, "Shared memory is switched off: %s", off);
                return log_error_errno(
                        ENOENT,
                        "domain %s is not declared in fd-shmem.conf; run \"systemctl "
                        "daemon-reload\" after "
                        "an edit",
                        arg_domain);
        }
        return 0;
}

/* The domain used to be elsewhere, or to have mounts, and was never taken down there. */
static int remove_old_base(const struct machine *machine, struct ledger_domain *old)
{
        _cleanup_blockers_ struct blockers blockers = {};
        _cleanup_unmounted_ struct unmounted ends = {};
        _cleanup_free_ char *mount = NULL;
        int r;

        if (arg_path)
                log_notice("%s: the domain moves to %s", old->path, arg_path);
        else
                log_notice("%s: the domain has no mounts any more", old->path);
        r = removal_close_base(old);
        if (r >= 0)
                r = unmount_domain(machine, old, old->mount, &ends, &blockers);
        if (r >= 0)
                r = places_remove(old);
        if (r >= 0)
                r = removal_run(old, &mount);
        if (r >= 0)
                r = unmount_check_ends(machine, old, &ends, &blockers);
        blockers_log(&blockers, LOG_ERR);
        if (mount)
                (void) log_error_errno(r, "%s: something is mounted there; unmount it", mount);
        if (r >= 0)
                r = ledger_remove_domain(machine->state, old->name);
        return r;
}

static bool has_same_size(const struct ledger_domain *record, enum page_type type)
{
        struct page_size size = arg_size[type].bytes > 0 ? arg_size[type] : page_size_default(type);

        return page_size_equal(ledger_domain_page_size(record, type), size);
}

/* Types that used to be mounted and are no longer declared, or with pages of another size. */
static int remove_dropped_mounts(const struct machine *machine, const struct ledger_domain *record)
{
        for (int type = 0; type < N_PAGE_TYPES; type++) {
                _cleanup_blockers_ struct blockers blockers = {};
                _cleanup_unmounted_ struct unmounted ends = {};
                struct ledger_domain dropped = *record;
                int r;

                if (!record->mount[type] || arg_foreign[type] ||
                    (arg_mounts[type] && has_same_size(record, type)))
                        continue;
                memset(dropped.mount, 0, sizeof(dropped.mount));
                dropped.mount[type] = true;
                r = unmount_domain(machine, &dropped, dropped.mount, &ends, &blockers);
                if (r >= 0)
                        r = removal_drop_mount_point(&dropped, type);
                if (r >= 0)
                        r = unmount_check_ends(machine, &dropped, &ends, &blockers);
                blockers_log(&blockers, LOG_ERR);
                if (r < 0)
                        return r;
        }
        return 0;
}

static bool is_same_place(const struct ledger_domain *record)
{
        return arg_path && record->path ? strcmp(record->path, arg_path) == 0 : !arg_path && !record->path;
}

/* The record of a domain without mounts. */
static int record_pages_only(struct ledger_domain *ret)
{
        *ret = (struct ledger_domain){ .name = strdup(arg_domain) };
        memcpy(ret->size, arg_size, sizeof(arg_size));
        return ret->name ? 0 : log_oom();
}

/* Determines the domain's new record, from the existing one (*RET_KNOWN) or from the file system. */
static int determine_record(sd_bus *bus, const struct machine *machine, struct ledger_domain *ret,
                            bool *ret_known)
{
        struct base_request request = { .domain = arg_domain, .path = arg_path };
        _cleanup_mount_table_ struct mount_table *table = NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        int r;

        memcpy(request.mounts, arg_mounts, sizeof(arg_mounts));
        memcpy(request.foreign, arg_foreign, sizeof(arg_foreign));
        memcpy(request.size, arg_size, sizeof(arg_size));

        r = ledger_load_domain(machine, arg_domain, &record);
        if (r < 0 && r != -ENOENT)
                return r;
        bool known = r >= 0;
        if (known && !is_same_place(&record)) {
                r = record.path ? remove_old_base(machine, &record) : 0;
                known = false;
        } else if (known && arg_path)
                r = remove_dropped_mounts(machine, &record);
        if (r < 0 && r != -ENOENT)
                return r;

        *ret_known = known;
        if (!arg_path)
                return record_pages_only(ret);
        r = known ? 0 : departure_wait(bus, machine, arg_domain, arg_path);
        if (r >= 0)
                r = mount_table_load(machine, &table);
        if (r < 0)
                return r;
        if (!known)
                return base_record_new(&request, table, ret);
        r = base_record_renew(&request, table, &record);
        if (r < 0)
                return r;
        *ret = record;
        record = (struct ledger_domain){};
        return 0;
}

/* From the moment this has succeeded, a stop of the domain runs the teardown, even if it comes while
 * the domain is still starting: until now, nothing was made. */
static int start_teardown_unit(sd_bus *bus)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TEARDOWN, arg_domain);
        int r;

        if (!unit)
                return log_oom();
        r = manager_run_job(bus, "StartUnit", unit, "ignore-dependencies", TEARDOWN_START_USEC);
        if (r == -ENOTCONN) {
                log_debug("Not run by systemd, so nothing will tear the domain down");
                return 0;
        }
        if (r < 0)
                return log_error_errno(r, "Cannot start %s: %m", unit);
        return 0;
}

static int make(const struct machine *machine, struct ledger_domain *record, bool again)
{
        _cleanup_mount_table_ struct mount_table *table = NULL;
        int r;

        r = mount_table_load(machine, &table);
        if (r >= 0)
                r = places_settle(record, arg_place, table);
        if (r >= 0)
                r = ledger_store_domain(machine, record);
        if (r >= 0)
                r = drift_handover_begin(machine, arg_domain);
        if (r >= 0)
                r = ledger_clear_leftover(machine->state, arg_domain);
        if (r < 0 || !record->path)
                return r;
        r = base_make(machine, record, table, again);
        return r < 0 ? r : places_make(record, table);
}

static int run(void)
{
        _cleanup_machine_ struct machine machine = MACHINE_NULL;
        _cleanup_ledger_domain_ struct ledger_domain record = {};
        _cleanup_manager_ sd_bus *bus = NULL;
        _cleanup_close_ int lock = -1;
        bool known = false;
        int r;

        umask(0022);
        r = check_declaration();
        if (r >= 0)
                r = machine_open("", &machine);
        if (r < 0)
                return r;

        (void) manager_connect(&bus);
        r = start_teardown_unit(bus);
        if (r >= 0) {
                unit_sync_before_start(bus, arg_domain);
                r = lock = ledger_lock_domain(&machine, arg_domain, report_waiting, NULL);
        }
        if (r >= 0)
                ledger_make_ready(machine.state);
        if (r >= 0)
                r = determine_record(bus, &machine, &record, &known);
        if (r >= 0)
                r = make(&machine, &record, known);
        if (r >= 0) {
                unit_sync_after_start(bus, arg_domain);
                mount_units_start_missing(bus, &machine, &record);
        }
        return r;
}

int main(int argc, char **argv)
{
        if (parse_arguments(argc, argv) < 0)
                return EXIT_FAILURE;

        report_open(arg_domain);
        outcome_watch();
        if (outcome_failure(arg_path || arg_no_mounts || arg_error ? arg_domain : NULL, run()) < 0)
                return EXIT_FAILURE;

        if (arg_path)
                report_status("%s and its mount points are there, closed to all but root", arg_path);
        else
                report_status("The domain has no directory and no mounts, only pages");
        return EXIT_SUCCESS;
}

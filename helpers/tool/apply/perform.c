/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns a scheme into jobs. A change in place is a job of the single unit responsible, with
 * "ignore-dependencies" (systemctl(1), --job-mode=), so that nothing is stopped with it: a
 * reservation that runs again continues from the ledger, the setup sets owner and mode, a mount
 * unit that is reloaded is remounted (systemd.mount(5)). */

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/words/unit-name.h"
#include "basic/words/unit-table.h"
#include "helpers/tool/apply/work.h"

static int queue_target(struct work *work, struct manager_jobs *jobs, const char *method,
                        const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TARGET, domain);

        if (!unit)
                return log_oom();
        work_queue(work, jobs, method, unit, "replace");
        return 0;
}

/* A target may count as started although its domain does not exist. */
static int queue_start(struct work *work, struct manager_jobs *jobs, const char *domain)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TARGET, domain);
        bool active = unit && manager_unit_is(work->bus, unit, "active");

        return queue_target(work, jobs, active ? "RestartUnit" : "StartUnit", domain);
}

/* Runs one job to its end. */
static int run_alone(struct work *work, const char *method, const char *unit)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        int r;

        work_queue(work, &jobs, method, unit, "ignore-dependencies");
        r = work_wait(work, &jobs);
        if (r >= 0 && jobs.n > 0 && !manager_jobs_succeeded(&jobs, unit)) {
                log_error("%s failed; see \"systemctl status %s\"", unit, unit);
                work->failed = true;
        }
        return r;
}

static int stop_undeclared(struct work *work, const struct scheme *scheme)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        int r = 0;

        for (size_t i = 0; i < scheme->n && r >= 0; i++)
                if (scheme->domains[i].remedy == REMEDY_STOP)
                        r = queue_target(work, &jobs, "StopUnit", scheme->domains[i].name);
        return r < 0 ? r : work_wait(work, &jobs);
}

/* The rounds of reservations: those that only shrink free memory; pages of the default size of gigantic ones and
 * larger ones are taken before other domains start, smaller ones after; within a round the largest first. */
enum turn { TURN_NONE, TURN_SHRINK, TURN_LARGEST, TURN_SMALLER };

static struct page_size size_of(const struct scheme_domain *entry, enum page_type type)
{
        return entry->declared ? domain_page_size(entry->declared, type) : page_size_default(type);
}

/* A type has a difference on each node, and one run does them all. */
static enum turn find_turn(const struct scheme_domain *entry, enum page_type type)
{
        bool any = false, grows = false, shrinks = false;

        for (size_t i = 0; i < entry->differences.n; i++) {
                const struct difference *difference = entry->differences.items + i;

                if (difference->remedy != REMEDY_RESERVE || difference->type != type)
                        continue;
                any = true;
                grows |= difference->grows;
                shrinks |= difference->shrinks;
        }
        if (!any)
                return TURN_NONE;
        if (shrinks && !grows)
                return TURN_SHRINK;
        return size_of(entry, type).bytes >= page_size_default(PAGE_LARGEST).bytes ? TURN_LARGEST
                                                                                   : TURN_SMALLER;
}

/* The reservations of pages of SIZE. */
static int reserve_domain(struct work *work, const struct scheme_domain *entry, enum turn turn,
                          struct page_size size)
{
        int r = 0;

        for_each_pool_type(type) {
                _cleanup_free_ char *unit = NULL;

                if (r < 0 || find_turn(entry, type) != turn ||
                    !page_size_equal(size_of(entry, type), size))
                        continue;
                unit = domain_unit_name_of_type(DOMAIN_RESERVE, entry->name, type);
                if (!unit)
                        return log_oom();
                r = run_alone(work, "RestartUnit", unit);
        }
        return r;
}

/* Those that are restarted anyway do it then. */
static bool is_in_place(const struct scheme_domain *entry)
{
        return entry->remedy > REMEDY_NONE && entry->remedy < REMEDY_START;
}

/* The largest size below LIMIT that some reservation of the turn has; 0: none. */
static struct page_size next_size(const struct scheme *scheme, enum turn turn, uint64_t limit)
{
        struct page_size next = {};

        for (size_t i = 0; i < scheme->n; i++)
                for_each_pool_type(type) {
                        const struct scheme_domain *entry = scheme->domains + i;
                        struct page_size size = size_of(entry, type);

                        if (is_in_place(entry) && find_turn(entry, type) == turn &&
                            size.bytes < limit && size.bytes > next.bytes)
                                next = size;
                }
        return next;
}

static int reserve(struct work *work, const struct scheme *scheme, enum turn turn)
{
        struct page_size size = { UINT64_MAX };
        int r = 0;

        while (r >= 0 && (size = next_size(scheme, turn, size.bytes)).bytes > 0)
                for (size_t i = 0; i < scheme->n && r >= 0; i++)
                        if (is_in_place(scheme->domains + i))
                                r = reserve_domain(work, scheme->domains + i, turn, size);
        return r;
}

/* All in one go, so that systemd orders them: gigantic pages of all domains before any huge ones. */
static int start_and_restart(struct work *work, const struct scheme *scheme)
{
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        int r = 0;

        for (size_t i = 0; i < scheme->n && r >= 0; i++) {
                const struct scheme_domain *entry = scheme->domains + i;

                if (entry->remedy == REMEDY_RESTART)
                        r = queue_target(work, &jobs, "RestartUnit", entry->name);
                else if (entry->remedy == REMEDY_START)
                        r = queue_start(work, &jobs, entry->name);
        }
        return r < 0 ? r : work_wait(work, &jobs);
}

static int remount(struct work *work, const struct scheme_domain *entry, enum page_type type)
{
        _cleanup_free_ char *path = NULL, *unit = NULL;

        if (asprintf(&path, "%s/%s", entry->live->path, page_type_directory(type)) < 0) {
                path = NULL;
                return log_oom();
        }
        if (unit_name_from_path(path, ".mount", &unit) < 0)
                return log_oom();
        return run_alone(work, "ReloadUnit", unit);
}

/* The setup runs last, as at a start: it records the state handed over, including the mount
 * options, in the ledger. */
static int change_in_place(struct work *work, const struct scheme_domain *entry)
{
        _cleanup_free_ char *setup = NULL;
        bool again = false;
        int r = 0;

        for (size_t i = 0; i < entry->differences.n && r >= 0; i++) {
                const struct difference *difference = entry->differences.items + i;

                if (difference->remedy == REMEDY_REMOUNT)
                        r = remount(work, entry, difference->type);
                again |= difference->remedy == REMEDY_SETUP || difference->remedy == REMEDY_REMOUNT;
        }
        if (r < 0 || !again)
                return r;
        setup = domain_unit_name(DOMAIN_SETUP, entry->name);
        return setup ? run_alone(work, "RestartUnit", setup) : log_oom();
}

int work_watch(struct work *work, const struct scheme *scheme)
{
        static const char unit[] = UNIT_WATCH_TIMER;
        _cleanup_manager_jobs_ struct manager_jobs jobs = {};
        bool starts = scheme->watch == WATCH_START;
        int r;

        if (scheme->watch == WATCH_KEEP)
                return 0;
        work_queue(work, &jobs, starts ? "StartUnit" : "StopUnit", unit, "replace");
        r = work_wait(work, &jobs);
        if (r < 0 || jobs.n == 0)
                return r;
        if (!manager_jobs_succeeded(&jobs, unit)) {
                log_error("%s cannot be %s; see \"systemctl status %s\"", unit,
                          starts ? "started" : "stopped", unit);
                work->failed = true;
                return 0;
        }
        fprintf(work->tool->out, "%s %s\n", unit, starts ? "runs" : "is stopped");
        return 0;
}

int work_perform(struct work *work, const struct scheme *scheme)
{
        int r = stop_undeclared(work, scheme);

        if (r >= 0)
                r = reserve(work, scheme, TURN_SHRINK);
        if (r >= 0)
                r = reserve(work, scheme, TURN_LARGEST);
        if (r >= 0)
                r = start_and_restart(work, scheme);
        if (r >= 0)
                r = reserve(work, scheme, TURN_SMALLER);
        for (size_t i = 0; i < scheme->n && r >= 0; i++)
                if (is_in_place(scheme->domains + i))
                        r = change_in_place(work, scheme->domains + i);
        return r;
}

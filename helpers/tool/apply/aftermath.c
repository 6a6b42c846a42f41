/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/apply/aftermath.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/escape.h"
#include "basic/log.h"
#include "basic/words/unit-table.h"
#include "helpers/modules/conditions/conditions.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/failure.h"
#include "helpers/modules/manager/unit-sync.h"

/* The recorded failure, or where to look. */
static void say_why(const struct work *work, const char *name, const char *unit)
{
        _cleanup_free_ char *failure = NULL;

        if (ledger_load_failure(work->tool->machine.state, name, &failure) < 0 || !*failure) {
                log_error("  see \"journalctl -b -u '%s'\"", unit);
                return;
        }
        for (const char *line = failure; *line;) {
                size_t length = strcspn(line, "\n");
                _cleanup_free_ char *copy = strndup(line, length), *safe = NULL;

                safe = copy ? text_to_line(copy) : NULL;
                log_error("  %s", safe ?: "?");
                line += length + (line[length] == '\n');
        }
}

/* "; node 0: 8 huge" to OUT, for each node of the record. */
static void print_pages(const struct work *work, const char *name, enum page_type type)
{
        _cleanup_reservation_ struct ledger_reservation record = {};

        if (ledger_load_reservation(&work->tool->machine, name, type, &record) < 0)
                return;
        for (size_t i = 0; i < record.n_nodes; i++)
                fprintf(work->tool->out, "; node %u: %" PRIu64 " of %" PRIu64 " %s pages",
                        record.nodes[i].node, holdings_held(record.nodes + i),
                        record.nodes[i].asked, page_type_name(type));
}

static void print_up(const struct work *work, const struct scheme_domain *entry)
{
        _cleanup_free_ char *path = text_escape(entry->live->path);

        fprintf(work->tool->out, "%s is up%s%s", entry->name, entry->live->path[0] ? " at " : "",
                path ?: "?");
        for_each_pool_type(type)
                print_pages(work, entry->name, type);
        fputc('\n', work->tool->out);
}

/* Whether the conditions of a domain kept systemd from starting it, which is said. */
static bool is_unmet(const struct work *work, const struct scheme_domain *entry)
{
        _cleanup_free_ char *reason = NULL;

        if (!entry->declared->conditions || entry->live ||
            conditions_unmet(work->bus, entry->name, &reason) <= UNMET_NONE)
                return false;
        fprintf(work->tool->out, "%s is not started: %s\n", entry->name, reason);
        return true;
}

/* NAMED: the command was given the domain's name. */
static int say_how_it_is(const struct work *work, const struct scheme_domain *entry, bool named)
{
        _cleanup_free_ char *unit = domain_unit_name(DOMAIN_TARGET, entry->name);

        if (!unit)
                return log_oom();
        if (!entry->declared) {
                log_warning("%s is up, but not declared any more; stop it", entry->name);
                return TOOL_CHANGES;
        }
        if (is_unmet(work, entry))
                return named ? TOOL_FAILED : TOOL_OK;
        if (!entry->live || entry->live->unfinished ||
            !manager_unit_is(work->bus, unit, "active")) {
                log_error("%s is not up:", entry->name);
                if (entry->declared->error)
                        log_error("  %s", entry->declared->error);
                else if (entry->problem)
                        log_error("  %s", entry->problem);
                else if (!unit_sync_domain_is_declared(work->bus, entry->name))
                        log_error("  systemd has not loaded its declaration yet");
                else
                        say_why(work, entry->name, unit);
                return TOOL_FAILED;
        }
        print_up(work, entry);
        if (entry->remedy == REMEDY_NONE)
                return TOOL_OK;
        log_warning("%s differs from the configuration; see \"%s plan %s\"", entry->name,
                    work->tool->name, entry->name);
        return TOOL_CHANGES;
}

int aftermath_of_start(struct work *work, const struct config *config, char *const *only)
{
        _cleanup_scheme_ struct scheme scheme = {};
        int r, result = TOOL_OK;

        r = scheme_make(work->tool, work->bus, config, only, &scheme);
        if (r < 0)
                return r;
        for (size_t i = 0; i < scheme.n; i++) {
                r = say_how_it_is(work, scheme.domains + i, only && *only);
                if (r < 0)
                        return r;
                if (r == TOOL_FAILED || result == TOOL_OK)
                        result = r;
        }
        if (scheme.stale) {
                log_warning(
                        "%s since systemd read the configuration; run \"systemctl daemon-reload\" "
                        "or \"%s "
                        "apply\"",
                        scheme.stale, work->tool->name);
                if (result == TOOL_OK)
                        result = TOOL_CHANGES;
        }
        return result;
}

static void print_given_back(const struct live_domain *before, const struct live_domain *after,
                             enum page_type type, FILE *out)
{
        uint64_t left = after ? after->added[type] : 0;

        if (!before->release[type] && before->added[type] > 0)
                fprintf(out, "; %" PRIu64 " %s pages stay (Release=no)", before->added[type],
                        page_type_name(type));
        else if (before->added[type] > left)
                fprintf(out, "; %" PRIu64 " %s pages went back", before->added[type] - left,
                        page_type_name(type));
}

/* The number of holders of the remaining mounts. */
static int say_who(const struct work *work, const struct live_domain *live)
{
        _cleanup_impact_ struct impact impact = {};
        int r = impact_find(work->tool, NULL, live, &impact);

        for (size_t i = 0; i < impact.n_holders; i++)
                log_error("  %s", impact.holders[i]);
        return r < 0 ? r : (int) impact.n_holders;
}

static int say_how_it_stopped(const struct work *work, const struct live_domain *before)
{
        _cleanup_live_ struct live live = {};
        const struct live_domain *after;
        _cleanup_free_ char *unit = NULL;
        int r = live_look(work->tool, &live);

        if (r < 0)
                return r;
        after = live_find(&live, before->name);
        if (!after) {
                fprintf(work->tool->out, "%s is down", before->name);
                for_each_pool_type(type)
                        print_given_back(before, NULL, type, work->tool->out);
                fputc('\n', work->tool->out);
                return TOOL_OK;
        }
        unit = domain_unit_name(DOMAIN_TEARDOWN, before->name);
        if (!unit)
                return log_oom();
        log_error("%s is not down:", before->name);
        r = say_who(work, after);
        if (r == 0)
                say_why(work, before->name, unit);
        return r < 0 ? r : TOOL_FAILED;
}

int aftermath_of_stop(struct work *work, const struct live *before, const char *only)
{
        int result = TOOL_OK;

        for (size_t i = 0; i < before->n; i++) {
                int r = only && strcmp(before->domains[i].name, only) != 0
                                ? TOOL_OK
                                : say_how_it_stopped(work, before->domains + i);

                if (r < 0)
                        return r;
                if (r == TOOL_FAILED)
                        result = r;
        }
        return result;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/apply/preview.h"

#include <inttypes.h>
#include <string.h>

#include "basic/log.h"

/* Whether the domain is not as the configuration has it after the start or restart. */
static bool still_differs(const struct scheme_domain *entry, bool restart)
{
        if (!entry->declared)
                return true;
        if (restart)
                return entry->remedy == REMEDY_RELOAD;
        return entry->remedy != REMEDY_NONE && entry->remedy != REMEDY_START;
}

/* The units that systemd restarts with a domain that is up. */
static int print_restarted(const struct work *work, const struct scheme_domain *entry)
{
        _cleanup_impact_ struct impact impact = {};
        int r = impact_find(work->tool, work->bus, entry->live, &impact);

        for (char **unit = impact.consumers; unit && *unit; unit++)
                fprintf(work->tool->out, "%s would be restarted with %s\n", *unit, entry->name);
        return r;
}

int preview_start(struct work *work, const struct config *config, char *const *only, bool restart)
{
        _cleanup_scheme_ struct scheme scheme = {};
        bool differs;
        int r;

        r = scheme_make(work->tool, work->bus, config, only, &scheme);
        if (r >= 0)
                r = scheme_print_table(&scheme, work->tool->out);
        differs = r >= 0 && scheme.stale;
        for (size_t i = 0; i < scheme.n && r >= 0; i++) {
                const struct scheme_domain *entry = scheme.domains + i;

                differs |= still_differs(entry, restart);
                if (restart && entry->live && entry->declared)
                        r = print_restarted(work, entry);
        }
        if (r < 0)
                return r;
        return scheme.fails ? TOOL_FAILED : differs ? TOOL_CHANGES : TOOL_OK;
}

static void print_release(const struct live_domain *live, enum page_type type, FILE *out)
{
        if (live->added[type] > 0)
                fprintf(out, "; %" PRIu64 " %s pages would %s", live->added[type],
                        page_type_name(type),
                        live->release[type] ? "be released" : "stay (Release=no)");
}

static int preview_stop_of(const struct work *work, const struct live_domain *live)
{
        _cleanup_impact_ struct impact impact = {};
        FILE *out = work->tool->out;
        int r = impact_find(work->tool, work->bus, live, &impact);

        if (r < 0)
                return r;
        for (char **unit = impact.consumers; unit && *unit; unit++)
                fprintf(out, "%s would be stopped with %s\n", *unit, live->name);
        if (impact.n_holders > 0) {
                log_error("%s would stay up, in use by:", live->name);
                for (size_t i = 0; i < impact.n_holders; i++)
                        log_error("  %s", impact.holders[i]);
                return TOOL_FAILED;
        }
        fprintf(out, "%s would be down", live->name);
        for_each_pool_type(type)
                print_release(live, type, out);
        fputc('\n', out);
        return TOOL_OK;
}

int preview_stop(struct work *work, const struct live *before, const char *only)
{
        int result = TOOL_OK;

        for (size_t i = 0; i < before->n; i++) {
                int r = only && strcmp(before->domains[i].name, only) != 0
                                ? TOOL_OK
                                : preview_stop_of(work, before->domains + i);

                if (r < 0)
                        return r;
                if (r == TOOL_FAILED)
                        result = r;
        }
        return result;
}

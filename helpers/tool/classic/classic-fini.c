/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fini: removes the domain at FD_SHMEM_PATH, or nothing. */

#include "basic/log.h"
#include "helpers/tool/classic/classic-domain.h"
#include "helpers/tool/classic/classic-foreign.h"
#include "helpers/tool/classic/legacy-result.h"

/* Domains missing from the ledger: those of others, or from before the last boot. */
static int find_unrecorded(const struct tool *tool, const struct classic *classic,
                           struct ledger_domain *ret)
{
        int r = classic_find_foreign(tool, classic, ret);

        return r == 0 ? classic_find_remains(tool, classic, ret) : r;
}

static int finish(const struct tool *tool, bool dry_run)
{
        _cleanup_classic_ struct classic classic = CLASSIC_NULL;
        _cleanup_ledger_domain_ struct ledger_domain domain = {};
        int r;

        r = classic_open(tool, &classic);
        if (r < 0)
                return r;
        r = classic_check_others(tool, &classic, true);
        if (r < 0)
                return r;

        r = classic_load(tool, &classic, &domain);
        if (r == -ENOENT)
                r = find_unrecorded(tool, &classic, &domain);
        if (r == -ENOENT) {
                /* Set by an "init" that was killed before it created anything. */
                if (!dry_run)
                        (void) ledger_clear_leftover(tool->machine.state, classic.name);
                return log_error_errno(r,
                                       "path %s not accessible; probably uninitialized or "
                                       "not running with appropriate permissions",
                                       classic.path);
        }
        if (r < 0)
                return r;

        if (!dry_run)
                return classic_remove(tool, &domain);
        r = classic_check_holders(tool, &domain);
        if (r >= 0)
                classic_print_preview(tool, "remove", &domain);
        return r;
}

int verb_fini(struct tool *tool, int argc, char **argv)
{
        struct outcome outcome;
        int r;

        r = outcome_parse(&outcome, tool, argc, argv);
        return r == TOOL_OK ? outcome_end(&outcome, finish(tool, outcome.dry_run)) : r;
}

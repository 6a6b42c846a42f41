/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/holdings-judge.h"

#include <string.h>

#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/holdings/account.h"

/* The lines of one node: that of the acting domain, if any, and those of the others. */
struct lines {
        struct holdings *holdings;
        const struct ledger_reservation *acting; /* one in HOLDINGS, a copy of one, or a new one */
        unsigned node;
};

/* The I-th line: the acting domain's first, then those of HOLDINGS but for its own. NULL: none there. */
static struct ledger_node *line_at(const struct lines *lines, size_t i)
{
        const struct ledger_reservation *reservation = lines->acting;

        if (i > 0) {
                reservation = &lines->holdings->reservations[i - 1];
                if (lines->acting && strcmp(reservation->domain, lines->acting->domain) == 0)
                        return NULL;
        }
        return reservation ? holdings_node(reservation, lines->node) : NULL;
}

/* Takes PAGES off a number of a line, as far as it goes; returns how many remain. */
static uint64_t take_off(struct ledger_node *line, uint64_t *number, uint64_t pages)
{
        uint64_t taken = min_u64(*number, pages);

        *number -= taken;
        line->lost += taken;
        return pages - taken;
}

/* Divides a loss among the lines, in their order. */
static void enter_loss(const struct lines *lines, uint64_t added, uint64_t adopted)
{
        for (size_t i = 0; i <= lines->holdings->n && added + adopted > 0; i++) {
                struct ledger_node *line = line_at(lines, i);

                if (!line)
                        continue;
                if (i > 0 && (added > 0 ? line->added : line->adopted) > 0)
                        lines->holdings->changed[i - 1] = true;
                added = take_off(line, &line->added, added);
                line->converted = min_u64(line->converted, line->added);
                adopted = take_off(line, &line->adopted, adopted);
        }
}

int holdings_judge(struct holdings *holdings, const struct ledger_reservation *acting,
                   unsigned node, uint64_t persistent)
{
        const struct lines lines = { .holdings = holdings, .acting = acting, .node = node };
        struct ledger_baseline *baseline = &holdings->baseline;
        struct ledger_baseline_node *known = ledger_baseline_node(baseline, node);
        struct account account;
        uint64_t added = 0, adopted = 0;

        for (size_t i = 0; i <= holdings->n; i++) {
                const struct ledger_node *line = line_at(&lines, i);

                added += line ? line->added : 0;
                adopted += line ? line->adopted : 0;
        }
        if (known)
                account = account_judge((struct account){ .others = known->others, .ours = added },
                                        persistent);
        else
                account = account_open(persistent, added, adopted);

        enter_loss(&lines, added - account.ours, sub_u64(adopted, account.others));
        if (known && known->others == account.others)
                return 0;
        if (!known)
                known = ledger_baseline_make(baseline, node);
        if (!known)
                return log_oom();
        known->others = account.others;
        holdings->baseline_changed = true;
        return 0;
}

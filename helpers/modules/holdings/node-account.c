/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/node-account.h"

#include "basic/log.h"

/* How often pages are added again if somebody else has removed them from the pool meanwhile. */
#define LOSSES_MAX 8

static struct ledger_node *find_line(const struct node_account *account)
{
        return holdings_node(account->record, account->node);
}

int node_account_look(struct node_account *account, uint64_t persistent)
{
        uint64_t lost;
        int r;

        r = holdings_look(account->machine, account->holdings, account->record, account->node,
                          persistent, &lost);
        if (r < 0)
                return r;
        if (lost > 0 && ++account->losses == LOSSES_MAX)
                return log_error_errno(
                        EBUSY,
                        "node %u: somebody else makes the pool of %s pages smaller again and "
                        "again, giving "
                        "up",
                        account->node, page_size_name(account->record->size));
        return 0;
}

uint64_t node_account_missing(const struct node_account *account)
{
        uint64_t held = holdings_held(find_line(account));

        return account->goal > held ? account->goal - held : 0;
}

int node_account_announce(const struct node_account *account, const struct pool_counts *counts,
                          uint64_t target)
{
        struct ledger_node *line = find_line(account);
        int r;

        line->pending = true;
        line->before = pool_persistent(counts);
        line->target = target;
        line->surplus = counts->surplus;
        r = ledger_store_reservation(account->machine, account->record);
        line->pending = r >= 0;
        return r;
}

int node_account_enter(const struct node_account *account, uint64_t persistent)
{
        holdings_reconcile(find_line(account), persistent);
        return ledger_store_reservation(account->machine, account->record);
}

int node_account_close(const struct node_account *account)
{
        struct pool_counts counts = {};
        int r;

        if (find_line(account)->pending) {
                r = pool_read(account->machine->sysfs, account->node, account->record->size,
                              &counts);
                if (r < 0)
                        return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m",
                                               account->node,
                                               page_size_name(account->record->size));
        }

        return node_account_enter(account, pool_persistent(&counts));
}

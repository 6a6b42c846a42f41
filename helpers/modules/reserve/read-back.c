/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/read-back.h"

#include <errno.h>
#include <inttypes.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/ledger.h"
#include "helpers/modules/reserve/available.h"

static int check_lost(const struct ledger_reservation *own, int level)
{
        int r = 0;

        for (size_t i = 0; i < own->n_nodes; i++)
                if (own->nodes[i].lost > 0)
                        r = log_full(
                                level, ENOSPC,
                                "node %u: of the %" PRIu64 " %s pages asked, %" PRIu64
                                " are gone again: somebody else has written to the pool; start the "
                                "domain again",
                                own->nodes[i].node, own->nodes[i].asked, page_size_name(own->size),
                                own->nodes[i].lost);
        return r;
}

static int read_back(const struct machine *machine, const char *domain, enum page_type type,
                     bool *ret_any)
{
        struct page_size size = ledger_reservation_size(machine->state, domain, type);
        _cleanup_holdings_ struct holdings holdings = {};
        const struct ledger_reservation *own;
        int r, level = LOG_ERR;

        r = holdings_read(machine, size, NULL, &holdings);
        if (r < 0)
                return r;
        own = holdings_of(&holdings, domain);
        if (!own)
                return 0;

        *ret_any = true;
        if (own->take_less)
                level = LOG_WARNING;
        r = check_lost(own, level);
        if (r >= 0)
                r = available_check(machine, own, &holdings, level);
        return own->take_less ? 0 : r;
}

int reservations_read_back(const struct machine *machine, const char *domain)
{
        bool any = false;

        for_each_pool_type(type) {
                int r = read_back(machine, domain, type, &any);

                if (r < 0)
                        return r;
        }
        return any ? 0
                   : log_error_errno(
                             ENOENT,
                             "No pages are reserved for domain %s; restart fd-shmem@%s.target",
                             domain, domain);
}

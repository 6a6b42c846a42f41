/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/reserve/loan.h"

#include <inttypes.h>

#include "basic/log.h"
#include "basic/number.h"
#include "helpers/modules/grow/grow.h"
#include "helpers/modules/holdings/holdings.h"
#include "helpers/modules/ledger/settings.h"

static int read_held(const struct machine *machine, unsigned node, struct page_size size,
                     uint64_t *ret)
{
        _cleanup_holdings_ struct holdings holdings = {};
        int r;

        r = holdings_load(machine, size, NULL, &holdings);
        if (r < 0)
                return r;

        *ret = holdings_sum(holdings.reservations, holdings.n, node, NULL);
        return 0;
}

/* The pages that can be lent: 0 is not a failure. */
static int find_loan(const struct machine *machine, unsigned node, struct page_size size,
                     struct loan *loan)
{
        struct pool_counts counts, all;
        uint64_t held, promised;
        int r;

        r = read_held(machine, node, size, &held);
        if (r < 0)
                return r;
        r = pool_read(machine->sysfs, node, size, &counts);
        if (r == -ENOENT)
                return 0;
        if (r >= 0)
                r = pool_read_all(machine->sysfs, size, &all);
        if (r >= 0)
                r = pool_reserved(machine->sysfs, size, &promised);
        if (r < 0)
                return log_error_errno(r, "node %u: cannot read the pool of %s pages: %m", node,
                                       page_size_name(size));

        loan->machine = machine;
        loan->node = node;
        loan->size = size;
        loan->path = pool_path_node(node, size, "nr_hugepages");
        loan->before = pool_persistent(&counts);
        /* The number of pages not promised is known only for the whole machine: the kernel does not
         * reserve by node. */
        loan->pages = min_u64(min_u64(counts.free, held), sub_u64(all.free, promised));
        if (counts.surplus > 0) /* the number in the file is another one then */
                loan->pages = 0;
        return 0;
}

int loan_take(const struct machine *machine, unsigned node, struct page_size size,
              ledger_waiting_t waiting, void *userdata, struct loan *ret)
{
        _cleanup_(loan_done) struct loan loan = LOAN_NULL;
        int r;

        loan.lock = ledger_lock(machine, page_size_name(size), waiting, userdata);
        if (loan.lock < 0)
                return loan.lock;
        r = find_loan(machine, node, size, &loan);
        if (r < 0)
                return r;
        if (loan.pages == 0 || settings_set(machine, size, SETTINGS_SYSFS, loan.path.text,
                                            loan.before - loan.pages) < 0)
                return 0;

        loan.lent = true;
        log_info("node %u: %" PRIu64
                 " free %s pages that fd-shmem holds are released for a moment, to make room for "
                 "gigantic "
                 "pages",
                 node, loan.pages, page_size_name(size));
        *ret = loan;
        loan = LOAN_NULL;
        return 1;
}

int loan_return(struct loan *loan, uint64_t *ret_missing)
{
        const struct grow_task task = {
                .machine = loan->machine,
                .node = loan->node,
                .size = loan->size,
                .target = loan->before,
                .limits = { .defrag = DEFRAG_AUTO },
        };
        struct grow_result result;
        int r;

        r = grow_node(&task, &result);
        if (r < 0)
                return r;

        loan->missing = loan->before > result.persistent ? loan->before - result.persistent : 0;
        *ret_missing = loan->missing;
        return 0;
}

void loan_done(struct loan *loan)
{
        if (loan->missing > 0)
                log_warning("node %u: %" PRIu64
                            " %s pages were released to make room for gigantic ones, and "
                            "%" PRIu64 " of them could not be allocated again",
                            loan->node, loan->pages, page_size_name(loan->size), loan->missing);
        if (loan->lent)
                (void) settings_restore_one(loan->machine, loan->size, SETTINGS_SYSFS,
                                            loan->path.text);
        closep(&loan->lock);
        *loan = LOAN_NULL;
}
